"""Facts of custom HTML and custom JavaScript: what vendors document, what people write, and hostile code."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from tagparity.checks.sgtm._samples import export, params, tag
from tagparity.checks.sgtm._vendors import vendor
from tagparity.core.container import Container, Entity
from tagparity.gtm.references import references
from tagparity.gtm.scripts import Script, read_script, read_text, vendors
from tagparity.readers import gtm

LOADER = (
    "!function(w,d,e,u,q,t,s){if(w.fbq)return;q=w.fbq=function(){q.queue.push(arguments)};if(!w._fbq)w._fbq=q;"
    "q.queue=[];t=d.createElement(e);t.async=!0;t.src=u;s=d.getElementsByTagName(e)[0];"
    "s.parentNode.insertBefore(t,s)}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');"
)


def html(code: str) -> Script:
    return read_text("html", f"<script>{code}</script>")


def jsm(code: str) -> Script:
    return read_text("jsm", code)


def test_a_pixel_with_references_everywhere() -> None:
    found = html(
        LOADER + "fbq('init', '{{Pixel}}'); // {{a comment}}\n"
        "fbq('track', {{Event}}, {value: {{obj}}.total, currency: `${ {{Currency}} }`}, {eventID: {{Event ID}}});"
    )
    assert not found.damaged
    assert found.references == ("Pixel", "a comment", "Event", "obj", "Currency", "Event ID")
    init, track = found.calls
    assert (init.method, init.target, init.tracks) == ("init", "{{Pixel}}", False)
    assert (track.event, track.event_id, track.tracks) == ("{{Event}}", "{{Event ID}}", True)
    assert track.keys == ("value", "currency", "eventID")
    assert [(x.kind, x.host) for x in found.loads] == [("script", "connect.facebook.net")]
    assert vendors(found) == ("Meta",)
    assert not found.evaluated
    assert not found.page_state


@pytest.mark.parametrize(
    ("code", "vendor_", "event", "event_id"),
    [
        ("fbq('trackSingle', '1', 'Lead', {}, {eventID: 'a'});", "Meta", "Lead", "a"),
        ("fbq('trackCustom', 'X', {}, {eventID: {{Id}}});", "Meta", "X", "{{Id}}"),
        ("ttq.track('CompletePayment', {value: 1}, {event_id: 'x-{{Id}}'});", "TikTok", "CompletePayment", "x-{{Id}}"),
        ("ttq.instance('C1').track('AddToCart', {});", "TikTok", "AddToCart", ""),
        ("pintrk('track', 'checkout', {event_id: id});", "Pinterest", "checkout", "id"),
        ("snaptr('track', 'PURCHASE', {client_dedup_id: {{Id}}});", "Snapchat", "PURCHASE", "{{Id}}"),
        ("rdt('track', 'Purchase', {conversionId: {{Id}}});", "Reddit", "Purchase", "{{Id}}"),
        ("twq('event', 'tw-a-b', {conversion_id: {{Id}}});", "X", "tw-a-b", "{{Id}}"),
        ("window.uetq = window.uetq || []; uetq.push('event', 'purchase', {});", "Microsoft Advertising", "purchase", ""),
        ("_tfa.push({notify: 'event', name: 'sale', id: 1});", "Taboola", "sale", ""),
        ("obApi('track', 'Lead');", "Outbrain", "Lead", ""),
        ("window.fbq && window['fbq']('track', 'Lead');", "Meta", "Lead", ""),
    ],
)  # fmt: skip
def test_calls(code: str, vendor_: str, event: str, event_id: str) -> None:
    call = html(code).calls[-1]
    assert (call.vendor, call.event, call.event_id, call.tracks) == (vendor_, event, event_id, True)


def test_parameters_that_cannot_be_read_are_said_so() -> None:
    assert html("fbq('track', 'Lead', data);").calls[0].opaque
    assert html("fbq('track', 'Lead', {...data});").calls[0].opaque
    known = html("var o = {eventID: 'a'}; fbq('track', 'Lead', {}, o);").calls[0]
    assert (known.opaque, known.event_id) == (False, "a")


def test_what_does_not_run_is_not_there() -> None:
    markup = (
        "<!-- <script>fbq('track', 'Lead')</script> --><script type='text/template'>fbq('track', 'Lead')</script>"
        "<script>var s = \"fbq('track', 'Lead')\"; /* ttq.track('x') */ window.x.y();</script>"
    )
    assert read_text("html", markup).calls == ()


def test_a_like_button_is_no_pixel() -> None:
    assert vendors(read_text("html", '<script src="https://connect.facebook.net/en_US/sdk.js"></script>')) == ()
    pixel = '<img src="https://www.facebook.com/tr?id=1&ev=Lead">'
    assert vendors(read_text("html", pixel)) == ("Meta",)


def test_loads_in_all_their_ways() -> None:
    found = read_text(
        "html",
        '<script src="//a.example/1.js" integrity="sha384-x"></script><iframe src="https://b.example/"></iframe><script>'
        "var s = document.createElement('script'); s.setAttribute('src', ('https:' == p ? 'https://' : 'http://') + "
        "'c.example/3.js'); document.write('<script src=\"http://d.example/4.js\"><\\/script>'); import('https://e.example/5.js');"
        "new Image().src = 'https://f.example/p?' + q; fetch(`https://g.example/${x}`); navigator.sendBeacon('/own');"
        "var r = new XMLHttpRequest(); r.open('POST', 'https://h.example/'); $.getScript('https://i.example/' + n);</script>",
    )  # fmt: skip
    hosts = {x.host: x.kind for x in found.loads}
    assert hosts == {
        "a.example": "script", "b.example": "iframe", "c.example": "script", "d.example": "script",
        "e.example": "script", "f.example": "image", "g.example": "request", "": "request", "h.example": "request",
        "i.example": "script",
    }  # fmt: skip
    assert found.loads[0].integrity
    assert found.writes_document


def test_pushes_and_consent() -> None:
    found = html(
        "(window.dataLayer = window.dataLayer || []).push({event: 'lead', 'event_id': {{Id}}});"
        "function gtag(){dataLayer.push(arguments);} gtag('consent', 'default', {ad_storage: 'denied'});"
    )
    assert [(p.event, p.keys) for p in found.pushes] == [("lead", ("event", "event_id"))]
    assert found.consent == (("default", ("ad_storage",)),)
    assert vendors(found) == ()


def test_ids_and_what_keeps_them() -> None:
    each = jsm("function() { return Date.now() + '.' + Math.random(); }")
    assert each.random
    assert each.clock
    assert not each.memo
    kept = jsm("function() { window.pageId = window.pageId || crypto.randomUUID(); return window.pageId; }")
    assert kept.random
    assert kept.page_state == ("pageId",)
    assert jsm("function() { return {{gtm.uniqueEventId}} + 1; }").unique_event_id
    assert jsm("function() { return google_tag_manager['GTM-A'].dataLayer.get('gtm.uniqueEventId'); }").unique_event_id
    assert not jsm("function() { return new Date({{Day}}); }").clock


def test_cookies_storage_and_forms() -> None:
    found = html(
        "document.cookie = 'seen=' + {{Day}} + ';path=/'; var c = document.cookie; localStorage.setItem('a', 1);"
        "var b = sessionStorage.b; localStorage['g'] = 1; var e = document.querySelector('input[type=email]').value;"
        "var p = $('#phone').val(); list.forEach(function (x) { use(x.value); });"
    )
    assert found.cookies_written == ("seen",)
    assert found.cookies_read == ("*",)
    assert found.storage_written == ("a", "g")
    assert found.storage_read == ("b",)
    assert found.fields == ("#phone", "input[type=email]")
    assert found.personal == ("email", "phone")
    assert jsm("function() { return document.getElementById('size').value; }").personal == ()


def test_text_that_runs_as_code() -> None:
    assert html("eval('a({{Q}})')").evaluated_references == ("Q",)
    assert html("setTimeout('a()', 1); new Function('return 1')").evaluated == (
        "setTimeout with a text",
        "new Function",
    )
    assert html("setTimeout(go, 1); obj.eval; retrieval('x'); a.setTimeout(function () {}, 1)").evaluated == ()


def test_damaged_code_gives_its_readable_parts() -> None:
    found = html("fbq('track', 'Lead'); if ( { ) ; ]] fbq('track', 'Purchase', {value: 1});")
    assert found.damaged
    assert found.calls[0].event == "Lead"


def test_a_host_that_is_a_constant_is_followed() -> None:
    constant = {"variableId": "2", "name": "CDN", "type": "c", "parameter": params(value="https://cdn.shop.example")}
    one = tag("1", "Loader", "html", html='<script src="{{CDN}}/a.js"></script>')
    [container] = gtm.read("web.json", export(one, variable=[constant]))
    assert read_script(container, container.tags[0]).loads[0].host == "cdn.shop.example"


def test_other_entities_have_no_code() -> None:
    container = Container("", "web", "", "", "", "")
    assert read_script(container, Entity("tag", "1", "x", "html", params={"html": ["x"]})) == Script()
    assert read_script(container, Entity("tag", "1", "x", "gaawe", params={"html": "<script>"})) == Script()
    image = Entity("tag", "1", "x", "img", params={"url": "https://px.ads.linkedin.com/collect?pid={{Id}}"})
    assert vendor(image) == "LinkedIn"


def test_hostile_code_is_bounded() -> None:
    start = time.monotonic()
    for text in (
        "(" * 90_000, "[" * 90_000 + "fbq(", "{{" * 90_000, "{{" + " " * 150_000, "a=" * 90_000 + "document.cookie",
        "fbq('track'," * 20_000, "`${" * 50_000, "'a'+" * 40_000 + "1", "x.src=" + "'a'+" * 40_000 + "1;",
        "eval(" + "a?" * 40_000, "window" + ".a" * 80_000 + "=1", "function f(){" * 12_000 + "document.cookie",
        "var a=b;" * 20_000 + "b.src=a;" * 2_000,
    ):  # fmt: skip
        html(text)
        jsm(text)
        references([text])
    read_text("html", "<script" * 25_000)
    read_text("html", "<!" * 90_000)
    read_text("html", "<img src=" * 20_000)
    assert time.monotonic() - start < 30


def test_random_code_never_raises() -> None:
    rng = random.Random(7)
    pieces = ["fbq(", "'track'", ",", "{{A}}", "{{", "}}", "{", "}", "(", ")", ".src", "=", "document.cookie", "eval",
              "`${", "`", "new ", "Image", "=>", "...", "[", "]", ";", "</script>", "<script>", "\ud800", "/*", "val()",
              "localStorage", "setTimeout(", "x", "\x00", "import(", ".push(", "dataLayer", "?", ":", "||"]  # fmt: skip
    for _ in range(400):
        text = "".join(rng.choice(pieces) for _ in range(rng.randrange(40)))
        read_text("html", f"<script>{text}")
        read_text("jsm", text)


def test_five_megabytes_take_under_two_seconds() -> None:
    style = "<style>" + ".a{color:red}\n" * 470 + "</style>"
    texts = [f"<script>{LOADER}fbq('init', '{i}'); fbq('track', 'Lead');</script>{style}" for i in range(700)]
    assert sum(map(len, texts)) > 4_500_000
    start = time.monotonic()
    for text in texts:
        read_text("html", text)
    assert time.monotonic() - start < 4  # half of it on an idle machine


def test_the_parser_is_loaded_only_when_there_is_code() -> None:
    code = "import sys, tagparity.gtm.scripts; print('tree_sitter' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

"""Calling codes, trunk prefixes and lengths of national numbers, by country.

Source: libphonenumber metadata (google/libphonenumber, Apache-2.0, through the Python package phonenumbers), read
2026-11-24; the codes are those of ITU-T E.164 (official). Lengths are those of fixed lines and mobiles, without code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`code` without +; `trunk` is dialled inside the country only, "" where there is none; lengths in digits."""

    code: str
    trunk: str
    shortest: int
    longest: int


# country:code:trunk:lengths
_ROWS = """
ac:247::5-5 ad:376::6-9 ae:971:0:8-9 af:93:0:9-9 ag:1:1:10-10 ai:1:1:10-10 al:355:0:8-9 am:374:0:8-8
ao:244::9-9 ar:54:0:10-11 as:1:1:10-10 at:43:0:4-13 au:61:0:9-9 aw:297::7-7 ax:358:0:6-10 az:994:0:9-9
ba:387:0:8-9 bb:1:1:10-10 bd:880:0:6-10 be:32:0:8-9 bf:226::8-8 bg:359:0:6-9 bh:973::8-8 bi:257::8-8
bj:229::10-10 bl:590:0:9-9 bm:1:1:10-10 bn:673::7-7 bo:591:0:8-8 bq:599::7-7 br:55:0:10-11 bs:1:1:10-10
bt:975::7-8 bw:267::7-8 by:375:8:9-9 bz:501::7-7 ca:1:1:10-10 cc:61:0:9-9 cd:243:0:7-10 cf:236::8-8
cg:242::9-9 ch:41:0:9-9 ci:225::10-10 ck:682::5-5 cl:56::9-9 cm:237::9-9 cn:86:0:7-11 co:57:0:8-10 cr:506::8-8
cu:53:0:6-10 cv:238::7-7 cw:599::7-8 cx:61:0:9-9 cy:357::8-8 cz:420::9-9 de:49:0:5-15 dj:253::8-8 dk:45::8-8
dm:1:1:10-10 do:1:1:10-10 dz:213:0:8-9 ec:593:0:8-9 ee:372::7-8 eg:20:0:8-10 eh:212:0:9-9 er:291:0:7-7
es:34::9-9 et:251:0:9-9 fi:358:0:5-10 fj:679::7-7 fk:500::5-5 fm:691::7-7 fo:298::6-6 fr:33:0:9-9 ga:241::7-8
gb:44:0:9-10 gd:1:1:10-10 ge:995:0:9-9 gf:594:0:9-9 gg:44:0:10-10 gh:233:0:9-9 gi:350::8-8 gl:299::6-6
gm:220::7-9 gn:224::8-9 gp:590:0:9-9 gq:240::9-9 gr:30::10-10 gt:502::8-8 gu:1:1:10-10 gw:245::9-9 gy:592::7-7
hk:852::8-8 hn:504::8-8 hr:385:0:8-9 ht:509::8-8 hu:36:06:8-9 id:62:0:7-12 ie:353:0:7-10 il:972:0:8-12
im:44:0:10-10 in:91:0:10-10 io:246::7-7 iq:964:0:8-10 ir:98:0:6-10 is:354::7-9 it:39::6-12 je:44:0:10-10
jm:1:1:10-10 jo:962:0:8-9 jp:81:0:9-10 ke:254:0:7-9 kg:996:0:9-9 kh:855:0:8-9 ki:686:0:5-8 km:269::7-7
kn:1:1:10-10 kp:850:0:8-10 kr:82:0:5-10 kw:965::8-8 ky:1:1:10-10 kz:7:8:10-10 la:856:0:8-10 lb:961:0:7-8
lc:1:1:10-10 li:423:0:7-9 lk:94:0:9-9 lr:231:0:7-9 ls:266::8-8 lt:370:0:8-8 lu:352::4-11 lv:371::8-8
ly:218:0:9-9 ma:212:0:9-9 mc:377:0:8-9 md:373:0:8-8 me:382:0:8-8 mf:590:0:9-9 mg:261:0:9-9 mh:692:1:7-7
mk:389:0:8-8 ml:223::8-8 mm:95:0:6-10 mn:976:0:8-10 mo:853::8-8 mp:1:1:10-10 mq:596:0:9-9 mr:222::8-8
ms:1:1:10-10 mt:356::8-8 mu:230::7-8 mv:960::7-7 mw:265:0:7-9 mx:52::10-10 my:60:0:8-10 mz:258::8-9
na:264:0:8-9 nc:687::6-6 ne:227::8-8 nf:672::6-6 ng:234:0:10-10 ni:505::8-8 nl:31:0:9-11 no:47::8-8
np:977:0:8-10 nr:674::7-7 nu:683::4-7 nz:64:0:8-10 om:968::8-8 pa:507::7-8 pe:51:0:8-9 pf:689::8-8 pg:675::7-8
ph:63:0:6-10 pk:92:0:9-10 pl:48::7-9 pm:508:0:6-9 pr:1:1:10-10 ps:970:0:8-9 pt:351::9-9 pw:680::7-7
py:595:0:7-9 qa:974::8-8 re:262:0:9-9 ro:40:0:6-9 rs:381:0:7-12 ru:7:8:10-10 rw:250:0:8-9 sa:966:0:9-9
sb:677::5-7 sc:248::7-7 sd:249:0:9-9 se:46:0:7-9 sg:65::8-8 sh:290::4-5 si:386:0:8-8 sj:47::8-8 sk:421:0:6-9
sl:232:0:8-8 sm:378::8-10 sn:221::9-9 so:252:0:6-9 sr:597::6-7 ss:211:0:9-9 st:239::7-7 sv:503::8-8
sx:1:1:10-10 sy:963:0:8-9 sz:268::8-8 ta:290::4-4 tc:1:1:10-10 td:235::8-8 tg:228::8-8 th:66:0:8-9 tj:992::9-9
tk:690::4-7 tl:670::7-8 tm:993:8:8-8 tn:216::8-8 to:676::5-7 tr:90:0:10-10 tt:1:1:10-10 tv:688::5-7
tw:886:0:8-9 tz:255:0:9-9 ua:380:0:9-9 ug:256:0:9-9 us:1:1:10-10 uy:598:0:8-8 uz:998::9-9 va:39::6-11
vc:1:1:10-10 ve:58:0:10-10 vg:1:1:10-10 vi:1:1:10-10 vn:84:0:9-10 vu:678::5-7 wf:681::6-6 ws:685::5-10
xk:383:0:8-12 ye:967:0:7-9 yt:262:0:9-9 za:27:0:5-9 zm:260:0:9-9 zw:263:0:9-9
"""


def _plan(row: str) -> tuple[str, Plan]:
    country, code, trunk, lengths = row.split(":")
    shortest, longest = lengths.split("-")
    return country, Plan(code, trunk, int(shortest), int(longest))


PLANS = dict(_plan(row) for row in _ROWS.split())

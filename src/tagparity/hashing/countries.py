"""Countries: ISO 3166-1 codes and the English names that integrations send.

Codes: ISO 3166-1 (official). Names: those Meta's parameter builder knows (facebook/capi-param-builder b0b6f0b, official
code, 2026-05-17, read 2026-11-24), letters only, in its order of names; the last line adds everyday names it lacks.
"""

from __future__ import annotations

# alpha-2:alpha-3:names
_ROWS = """
ad:and:andorra ae:are:unitedarabemirates af:afg:afghanistan ag:atg:antiguaandbarbuda ai:aia:anguilla
al:alb:albania am:arm:armenia ao:ago:angola aq:ata:antarctica ar:arg:argentina as:asm:americansamoa
at:aut:austria au:aus:australia aw:abw:aruba ax:ala:alandislands az:aze:azerbaijan ba:bih:bosniaandherzegovina
bb:brb:barbados bd:bgd:bangladesh be:bel:belgium bf:bfa:burkinafaso bg:bgr:bulgaria bh:bhr:bahrain
bi:bdi:burundi bj:ben:benin bl:blm:saintbarthelemy bm:bmu:bermuda bn:brn:bruneidarussalam/brunei
bo:bol:boliviaplurinationalstateof/bolivia bq:bes:bonairesinteustatinsandsaba br:bra:brazil bs:bhs:bahamas
bt:btn:bhutan bv:bvt:bouvetisland bw:bwa:botswana by:blr:belarus bz:blz:belize ca:can:canada
cc:cck:cocoskeelingislands cd:cod:congothedemocraticrepublicofthe/democraticrepublicofthecongo
cf:caf:centralafricanrepublic cg:cog:congo ch:che:switzerland ci:civ:cotedivoire/ivorycoast ck:cok:cookislands
cl:chl:chile cm:cmr:cameroon cn:chn:china co:col:colombia cr:cri:costarica cu:cub:cuba cv:cpv:capeverde
cw:cuw:curacao cx:cxr:christmasisland cy:cyp:cyprus cz:cze:czechrepublic de:deu:germany dj:dji:djibouti
dk:dnk:denmark dm:dma:dominica do:dom:dominicanrepublic dz:dza:algeria ec:ecu:ecuador ee:est:estonia
eg:egy:egypt eh:esh:westernsahara er:eri:eritrea es:esp:spain et:eth:ethiopia fi:fin:finland fj:fji:fiji
fk:flk:falklandislandsmalvinas fm:fsm:micronesiafederatedstatesof/micronesia fo:fro:faroeislands fr:fra:france
ga:gab:gabon gb:gbr:unitedkingdom gd:grd:grenada ge:geo:georgia gf:guf:frenchguiana gg:ggy:guernsey gh:gha:ghana
gi:gib:gibraltar gl:grl:greenland gm:gmb:gambia gn:gin:guinea gp:glp:guadeloupe gq:gnq:equatorialguinea
gr:grc:greece gs:sgs:southgeorgiaandthesouthsandwichislands gt:gtm:guatemala gu:gum:guam gw:gnb:guineabissau
gy:guy:guyana hk:hkg:hongkong hm:hmd:heardislandandmcdonaldislands hn:hnd:honduras hr:hrv:croatia ht:hti:haiti
hu:hun:hungary id:idn:indonesia ie:irl:ireland il:isr:israel im:imn:isleofman in:ind:india
io:iot:britishindianoceanterritory iq:irq:iraq ir:irn:iranislamicrepublicof/iran is:isl:iceland it:ita:italy
je:jey:jersey jm:jam:jamaica jo:jor:jordan jp:jpn:japan ke:ken:kenya kg:kgz:kyrgyzstan kh:khm:cambodia
ki:kir:kiribati km:com:comoros kn:kna:saintkittsandnevis kp:prk:koreademocraticpeoplesrepublicof/northkorea
kr:kor:korearepublicof/southkorea kw:kwt:kuwait ky:cym:caymanislands kz:kaz:kazakhstan
la:lao:laopeoplesdemocraticrepublic/laos lb:lbn:lebanon lc:lca:saintlucia li:lie:liechtenstein lk:lka:srilanka
lr:lbr:liberia ls:lso:lesotho lt:ltu:lithuania lu:lux:luxembourg lv:lva:latvia ly:lby:libya ma:mar:morocco
mc:mco:monaco md:mda:moldovarepublicof/moldova me:mne:montenegro mf:maf:saintmartinfrenchpart mg:mdg:madagascar
mh:mhl:marshallislands mk:mkd:macedoniatheformeryugoslavrepublicof/macedonia ml:mli:mali mm:mmr:myanmar
mn:mng:mongolia mo:mac:macao mp:mnp:northernmarianaislands mq:mtq:martinique mr:mrt:mauritania ms:msr:montserrat
mt:mlt:malta mu:mus:mauritius mv:mdv:maldives mw:mwi:malawi mx:mex:mexico my:mys:malaysia mz:moz:mozambique
na:nam:namibia nc:ncl:newcaledonia ne:ner:niger nf:nfk:norfolkisland ng:nga:nigeria ni:nic:nicaragua
nl:nld:netherlands no:nor:norway np:npl:nepal nr:nru:nauru nu:niu:niue nz:nzl:newzealand om:omn:oman
pa:pan:panama pe:per:peru pf:pyf:frenchpolynesia pg:png:papuanewguinea ph:phl:philippines pk:pak:pakistan
pl:pol:poland pm:spm:saintpierreandmiquelon pn:pcn:pitcairn pr:pri:puertorico ps:pse:palestinestateof/palestine
pt:prt:portugal pw:plw:palau py:pry:paraguay qa:qat:qatar re:reu:reunion ro:rou:romania rs:srb:serbia
ru:rus:russianfederation/russia rw:rwa:rwanda sa:sau:saudiarabia sb:slb:solomonislands sc:syc:seychelles
sd:sdn:sudan se:swe:sweden sg:sgp:singapore sh:shn:sainthelenaascensionandtristandacunha si:svn:slovenia
sj:sjm:svalbardandjanmayen sk:svk:slovakia sl:sle:sierraleone sm:smr:sanmarino sn:sen:senegal so:som:somalia
sr:sur:suriname ss:ssd:southsudan st:stp:saotomeandprincipe sv:slv:elsalvador sx:sxm:sintmaartenductchpart
sy:syr:syrianarabrepublic/syria sz:swz:eswatini/swaziland tc:tca:turksandcaicosislands td:tcd:chad
tf:atf:frenchsouthernterritories tg:tgo:togo th:tha:thailand tj:tjk:tajikistan tk:tkl:tokelau
tl:tls:timorleste/easttimor tm:tkm:turkmenistan tn:tun:tunisia to:ton:tonga tr:tur:turkey
tt:tto:trinidadandtobago tv:tuv:tuvalu tw:twn:taiwanprovinceofchina/taiwan
tz:tza:tanzaniaunitedrepublicof/tanzania ua:ukr:ukraine ug:uga:uganda um:umi:unitedstatesminoroutlyingislands
us:usa:unitedstates/unitedstatesofamerica uy:ury:uruguay uz:uzb:uzbekistan
va:vat:holyseevaticancitystate/vatican vc:vct:saintvincentandthegrenadines
ve:ven:venezuelabolivarianrepublicof/venezuela vg:vgb:virginislandsbritish vi:vir:virginislandsus vn:vnm:vietnam
vu:vut:vanuatu wf:wlf:wallisandfutuna ws:wsm:samoa ye:yem:yemen yt:myt:mayotte za:zaf:southafrica zm:zmb:zambia
zw:zwe:zimbabwe
"""
_SPLIT = [row.split(":") for row in _ROWS.split()]
ALPHA_2 = frozenset(a2 for a2, _, _ in _SPLIT)
ALPHA_3 = {a3: a2 for a2, a3, _ in _SPLIT}
_LISTED = {name: a2 for a2, _, names in _SPLIT for name in names.split("/")}

# The builder's own table: two short forms first, then the names.
BUILDER_NAMES = {"unitedstates": "us", "usa": "us", "ind": "in", **{n: _LISTED[n] for n in sorted(_LISTED)}}

_EVERYDAY = {
    "uk": "gb", "greatbritain": "gb", "england": "gb", "scotland": "gb", "wales": "gb", "holland": "nl",
    "thenetherlands": "nl", "czechia": "cz", "turkiye": "tr", "northmacedonia": "mk", "caboverde": "cv", "uae": "ae",
    "korea": "kr", "republicofkorea": "kr", "republicofireland": "ie", "america": "us", "deutschland": "de",
    "espana": "es", "italia": "it", "schweiz": "ch", "brasil": "br", "osterreich": "at", "viet": "vn",
}  # fmt: skip
CODES: dict[str, str] = {**{code: code for code in ALPHA_2}, **ALPHA_3, **BUILDER_NAMES, **_EVERYDAY}

"""States and provinces: names and codes.

United States and Canada: USPS and Canada Post codes, as Meta's parameter builder knows them
(facebook/capi-param-builder b0b6f0b, official code, 2026-05-17). The maps per country are those of the AMC uploader
(aws-solutions/amazon-marketing-cloud-uploader-from-aws 0cbf8c1, official code, 2025-10-02). All read 2026-11-24. Names
are letters only.
"""

from __future__ import annotations


def _table(rows: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in rows.split())


US = _table("""
alabama=al alaska=ak arizona=az arkansas=ar california=ca colorado=co connecticut=ct delaware=de florida=fl
georgia=ga hawaii=hi idaho=id illinois=il indiana=in iowa=ia kansas=ks kentucky=ky louisiana=la maine=me
maryland=md massachusetts=ma michigan=mi minnesota=mn mississippi=ms missouri=mo montana=mt nebraska=ne
nevada=nv newhampshire=nh newjersey=nj newmexico=nm newyork=ny northcarolina=nc northdakota=nd ohio=oh
oklahoma=ok oregon=or pennsylvania=pa rhodeisland=ri southcarolina=sc southdakota=sd tennessee=tn texas=tx
utah=ut vermont=vt virginia=va washington=wa westvirginia=wv wisconsin=wi wyoming=wy
""")
CA = _table("""
alberta=ab britishcolumbia=bc manitoba=mb newbrunswick=nb newfoundlandandlabrador=nl northwestterritories=nt
novascotia=ns nunavut=nu ontario=on princeedwardisland=pe quebec=qc saskatchewan=sk yukon=yt
""")
_FR = _table("""
alsace=aa aquitaine=aq auvergne=au brittany=bt burgundy=bg centre=cn champagneardenne=cg franchecomte=fc
iledefrance=if languedocroussillon=lu limousin=lm lorraine=le lowernormandy=bn midipyrenees=mp
nordpasdecalais=np paysdelaloire=pl picardy=pi poitoucharentes=pt provencealpescotedazur=pr rhonealpes=ra
uppernormandy=ht corsica=ce
""")
_DE = _table("""
badenwuerttemberg=bw bavaria=by berlin=be brandenburg=bb bremen=hb hamburg=hh hesse=he lowersaxony=ni
mecklenburgvorpommern=mv northrhinewestphalia=nw rhinelandpalatinate=rp saarland=sl saxony=sn saxonyanhalt=st
schleswigholstein=sh thuringia=th
""")
_ES = _table("""
alicante=a alacant=a albacete=ab almeria=al avila=av barcelona=b badajoz=ba vizcaya=bi bizkaia=bi burgos=bu
lacoruna=c acoruna=c cadiz=ca caceres=cc ceuta=ce cordoba=co ciudadreal=cr castellon=cs castello=cs cuenca=cu
laspalmas=gc girona=gi gerona=gi granada=gr guadalajara=gu huelva=h huesca=hu jaen=j lerida=l lleida=l leon=le
larioja=lo lugo=lu madrid=m malaga=ma melilla=ml murcia=mu navarra=na nafarroa=na asturias=o orense=or
ourense=or palencia=p baleares=pm balears=pm pontevedra=po cantabria=s salamanca=sa sevilla=se segovia=sg
soria=so guipuzcoa=ss gipuzkoa=ss tarragona=t teruel=te santacruzdetenerife=tf toledo=to valencia=v
valladolid=va alava=vi araba=vi zaragoza=z zamora=za
""")
_IT = _table("""
agrigento=ag alessandria=al ancona=an aosta=ao arezzo=ar ascolipiceno=ap asti=at avellino=av bari=ba
barlettaandriatrani=bt belluno=bl benevento=bn bergamo=bg biella=bi bologna=bo southtyrol=bz brescia=bs
brindisi=br cagliari=ca caltanissetta=cl campobasso=cb carboniaiglesias=ci caserta=ce catania=ct catanzaro=cz
chieti=ch como=co cosenza=cs cremona=cr crotone=kr cuneo=cn enna=en fermo=fm ferrara=fe florence=fi foggia=fg
forlicesena=fc frosinone=fr genoa=ge gorizia=go grosseto=gr imperia=im isernia=is laspezia=sp laquila=aq
latina=lt lecce=le lecco=lc livorno=li lodi=lo lucca=lu macerata=mc mantua=mn massaandcarrara=ms matera=mt
mediocampidano=vs messina=me milan=mi modena=mo monzaandbrianza=mb naples=na novara=no nuoro=nu ogliastra=og
olbiatempio=ot oristano=or padua=pd palermo=pa parma=pr pavia=pv perugia=pg pesaroandurbino=pu pescara=pe
piacenza=pc pisa=pi pistoia=pt pordenone=pn potenza=pz prato=po ragusa=rg ravenna=ra reggiocalabria=rc
reggioemilia=re rieti=ri rimini=rn rome=rm rovigo=ro salerno=sa sassari=ss savona=sv siena=si sondrio=so
syracuse=sr taranto=ta teramo=te terni=tr trapani=tp trentino=tn treviso=tv trieste=ts turin=to udine=ud
varese=va venice=ve verbanocusioossola=vb vercelli=vc verona=vr vibovalentia=vv vicenza=vi viterbo=vt
""")

# What the AMC uploader maps, by country; elsewhere it cuts to two letters.
AMC = {"us": US, "ca": CA, "fr": _FR, "de": _DE, "es": _ES, "it": _IT}

# The order of the builder matters: it looks for the first name that a value contains.
_CA_ORDER = "ontario quebec britishcolumbia alberta saskatchewan manitoba novascotia newbrunswick princeedwardisland"
_CA_REST = "newfoundlandandlabrador yukon northwestterritories nunavut"
BUILDER = {**{name: CA[name] for name in f"{_CA_ORDER} {_CA_REST}".split()}, **US}

# Older short forms of the states (AP style), territories and the capital.
_SHORT = _table("""
ala=al alas=ak ariz=az ark=ar calif=ca cal=ca colo=co conn=ct del=de fla=fl ill=il ind=in kan=ks kans=ks mass=ma mich=mi
minn=mn miss=ms mont=mt neb=ne nebr=ne nev=nv okla=ok ore=or oreg=or penn=pa penna=pa tenn=tn tex=tx wash=wa wis=wi
wisc=wi wyo=wy ont=on que=qc alta=ab sask=sk man=mb districtofcolumbia=dc washingtondc=dc puertorico=pr guam=gu
newfoundland=nl quebecprovince=qc québec=qc
""")
NAMES = {**BUILDER, **_SHORT}

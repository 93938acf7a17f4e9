"""Words of street lines and their short forms, as the AMC uploader writes them.

Source: aws-solutions/amazon-marketing-cloud-uploader-from-aws 0cbf8c1 (official code, 2025-10-02, read 2026-11-24); the
United States list is USPS Publication 28, appendix C1 (official).
"""

from __future__ import annotations


def _table(rows: str) -> dict[str, str]:
    """`short=long,long` pairs, turned round."""
    pairs = (row.split("=", 1) for row in rows.split())
    return {word: short for short, words in pairs for word in words.split(",")}


_COMMON = _table("""
number=num,número,núm,numero,#,no w=west e=east n=north s=south,so ne=northeast nw=northwest se=southeast
sw=southwest
""")
_DEFAULT = _table("""
ave=ave blvd=blvd
ave=avenue blvd=bouled cir=circle cirs=circles ct=court ctr=centre,center dr=drive fwy=freeway,frwy hwy=highway
ln=lane park=parks pkwy=parkways,pky,pkway,pkwys,parkway,parkwy pl=place plz=plaza,plza rd=road
sq=square,squ,sqr st=street,str
""")
_US = _table("""
aly=alley,allee,ally anx=annex,annx,anex arc=arcade ave=av,avenu,avenue,aven,avnue,avn bch=beach bg=burg
bgs=burgs blf=bluff,bluf blfs=bluffs blvd=boulv,bouled,boul bnd=bend br=branch,brnch brg=brdge,bridge brk=brook
brks=brooks btm=bot,bottm,bottom byp=bypass,bypas,byps,bypa byu=bayou,bayoo cir=crcl,crcle,circle,circl,circ
cirs=circles clb=club clf=cliff clfs=cliffs cmn=common cmns=commons cor=corner cors=corners cp=cmp,camp cpe=cape
cres=crescent,crsnt,crsent crk=creek crse=course crst=crest cswy=causeway,causwa ct=court
ctr=centr,cen,cntr,centre,cnter,cent,center ctrs=centers cts=courts curv=curve cv=cove cvs=coves
cyn=cnyn,canyn,canyon dl=dale dm=dam dr=driv,drive,drv drs=drives dv=dvd,divide,div est=estate ests=estates
expy=expressway,expw,expr,exp,express ext=extension,extn,extnsn exts=extensions fld=field flds=fields fls=falls
flt=flat flts=flats frd=ford frds=fords frg=forge,forg frgs=forges frk=fork frks=forks frst=forests,forest
fry=frry,ferry ft=fort,frt fwy=freewy,frway,freeway,frwy gdn=grden,garden,grdn,gardn gdns=gardens,grdns gln=glen
glns=glens grn=green grns=greens grv=grov,grove grvs=groves gtwy=gatway,gateway,gatewy,gtway
hbr=hrbor,harbor,harb,harbr hbrs=harbors hl=hill hls=hills holw=hllw,holws,hollow,hollows hts=heights,ht
hvn=haven hwy=highwy,highway,hiwy,hway,hiway inlt=inlet is=island,islnd isle=isles iss=islands,islnds
jct=juncton,jctn,jction,junctn,junction jcts=jctns,junctions knl=knoll,knol knls=knolls ky=key kys=keys lck=lock
lcks=locks ldg=lodge,lodg,ldge lf=loaf lgt=light lgts=lights lk=lake lks=lakes ln=lane lndg=landing,lndng
loop=loops mdw=meadow mdws=mdw,meadows,medows ml=mill mls=mills mnr=manor mnrs=manors msn=mission,mssn,missn
mt=mnt,mount mtn=mntn,mountain,mountin,mntain,mtin mtns=mountains mtwy=motorway nck=neck opas=overpass
orch=orchard,orchrd oval=ovl park=prk,parks path=paths pike=pikes pkwy=parkways,pky,pkway,pkwys,parkway,parkwy
pl=place pln=plain plns=plains plz=plaza,plza pne=pine pnes=pines pr=prr,prairie prt=port prts=ports
psge=passage pt=point pts=points radl=rad,radiel,radial rd=road rdg=ridge,rdge rdgs=ridges rds=roads
riv=river,rvr,rivr rnch=ranch,rnchs,ranches rpd=rapid rpds=rapids rst=rest rte=route shl=shoal shls=shoals
shr=shoar,shore shrs=shores skwy=skyway smt=sumit,summit,sumitt spg=sprng,spring,spng spgs=spngs,sprngs,springs
spur=spurs sq=sqre,square,squ,sqr sqs=squares,sqrs st=street,str,strt sta=station,stn,statn
stra=straven,strav,strvn,stravenue,stravn,strvnue strm=streme,stream sts=streets ter=terr,terrace
tpke=turnpike,trnpk,turnpk trak=trk,trks,tracks,track trce=traces,trace trfy=trafficway trl=trails,trls,trail
trlr=trlrs,trailer trwy=throughway tunl=tunel,tunnel,tunnl,tunls,tunnels un=union uns=unions upas=underpass
via=viadct,viaduct,vdct vis=vista,vsta,vist,vst vl=ville vlg=vill,village,villag,villiage,villg vlgs=villages
vly=vlly,valley,vally vlys=valleys vw=view vws=views walk=walks way=wy wl=well wls=wells xing=crossing,crssng
xrd=crossroad xrds=crossroads
apt=apartment,appt dept=department hngr=hanger rm=room spc=space ste=suite trlr=trailer fl=floor bldg=building
bsmt=basement frnt=front lbby=lobby lowr=lower ofc=office ph=penthouse uppr=upper
""")
_GB = _table("""
inc=inc. ltd=ltd.,limited llc=llc. llp=llp. alley=aly ave=avenue blvd=bouled centre=center,ctr cir=circle
close=cl ct=court dr=drive ln=lane pl=place rd=road square=sq st=street apt=apartment
""")
_IT = _table("""
piazza=p.zza,p.za,pzza,pza piazzale=p.le,ple piazzetta=p.tta,ptta largo=l.go,lgo via=v. viale=v.le,vle
corso=c.so,cso vicolo=v.lo,vlo
""")
_FR = _table("""
allée=allee allées=allees avenue=ave bouled=blvd chemin=che impasse=imp montée=montee route=rte
""")
_ES = _table(r"""
avenida=av.,avd.,avd,avda. autopista=auto. calzada=czada. muelle=muell. pasaje=psaje. alameda=alam.
callizo=cllzo. calleja=cllja. calle=c/,c.,cl.,c,c\,carre,carrer carretera=ctra. carrera=cra. cinturón=cint.
autovía=autov. carreterín=ctrin. camino=cmno.,cno. callejuela=cjla. bule=bulev. carril=crril. pasadizo=pzo.
acceso=acces. circunvalación=ccvcn. callejón=callej.,cjon.,cllon. rambla=rbla passeig=pg,paseo,ps,p
plaza=pl,plza,pza ronda=rda lugar=lg urbanización=urb
""")
WORDS = {
    "us": {**_COMMON, **_US, "key": "key"},
    "gb": {**_COMMON, **_GB},
    "it": {**_COMMON, **_DEFAULT, **_IT},
    "fr": {**_COMMON, **_FR, **_DEFAULT},
    "es": {**_COMMON, **_DEFAULT, **_ES, "plaza": "plaza"},
}
DEFAULT = {**_COMMON, **_DEFAULT}

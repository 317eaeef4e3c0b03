use std::fs;

use gleaner::{Error, IngestOptions, Language, NoteKind, Query, Rung, Searcher};
use proptest::prelude::*;

use crate::support::{Folder, gleaner, hold_for, paths};

fn options(language: Language) -> IngestOptions {
    let mut options = IngestOptions::default();
    options.language = Some(language);
    options
}

/// An article in a language, another form of one of its words, and the mark of that word.
const ARTICLES: &[(Language, &str, &str, &str)] = &[
    (
        Language::Arabic,
        "قرأ الطالب الكتاب في المدرسة.",
        "كتاب",
        "الكتاب",
    ),
    (
        Language::Danish,
        "Børnene leger i husene ved havet.",
        "huset",
        "husene",
    ),
    (
        Language::Dutch,
        "De huizen staan aan de rivier.",
        "huis",
        "huizen",
    ),
    (
        Language::English,
        "The houses stand by the river.",
        "house",
        "houses",
    ),
    (
        Language::Finnish,
        "Lapset ovat talossa joen rannalla.",
        "talo",
        "talossa",
    ),
    (
        Language::French,
        "Il parle de l’amour et des maisons nationales.",
        "maison",
        "maisons",
    ),
    (
        Language::French,
        "Il parle de l’amour et des maisons nationales.",
        "amour",
        "amour",
    ),
    (
        Language::French,
        "Les généralités sont connues.",
        "generalites",
        "généralités",
    ),
    (
        Language::German,
        "Die Häuser stehen am Fluss.",
        "Haus",
        "Häuser",
    ),
    (
        Language::Greek,
        "Οι ΔΡΌΜΟΙ της πόλης είναι άδειοι.",
        "δρόμος",
        "ΔΡΌΜΟΙ",
    ),
    (
        Language::Hungarian,
        "A gyerekek a házban vannak.",
        "ház",
        "házban",
    ),
    (
        Language::Italian,
        "Le case dell'amore sono chiuse.",
        "amore",
        "amore",
    ),
    (
        Language::Norwegian,
        "Barna leker i husene ved havet.",
        "huset",
        "husene",
    ),
    (
        Language::Portuguese,
        "As informações chegaram ontem.",
        "informação",
        "informações",
    ),
    (
        Language::Romanian,
        "Națiunile s-au întâlnit ieri.",
        "națiune",
        "Națiunile",
    ),
    (
        Language::Russian,
        "Студенты читают книги в библиотеке.",
        "книга",
        "книги",
    ),
    (
        Language::Spanish,
        "Las informaciones llegaron ayer.",
        "informacion",
        "informaciones",
    ),
    (
        Language::Swedish,
        "Flickorna leker i husen vid havet.",
        "flicka",
        "Flickorna",
    ),
    (Language::Tamil, "புத்தகங்கள் இங்கே உள்ளன.", "புத்தகம்", "புத்தகங்கள்"),
    (
        Language::Turkish,
        "KIZLAR evlerimde bekliyor.",
        "kız",
        "KIZLAR",
    ),
    (
        Language::Turkish,
        "KIZLAR evlerimde bekliyor.",
        "ev",
        "evlerimde",
    ),
    (
        Language::None,
        "The houses stand by the river.",
        "houses",
        "houses",
    ),
];

#[test]
fn other_forms_of_a_word_are_found_and_marked() {
    for (language, text, query, marked) in ARTICLES {
        let folder = Folder::new(&[("a.md", text), ("b.md", "12345")]);
        let (index, report) =
            gleaner::ingest_in_memory(folder.articles(), &options(*language)).expect("indexed");
        assert_eq!(report.language, *language);
        let searcher = Searcher::of(&index).expect("an index");
        let page = searcher.search(&Query::new(*query)).expect("a page");
        assert_eq!(paths(&page), ["a.md"], "{language}: {query}");
        let shown = page.hits[0].snippet.mark("[", "]");
        assert!(
            shown.contains(&format!("[{marked}]")),
            "{language}: {shown}"
        );
    }
}

#[test]
fn common_words_are_those_of_the_language() {
    let folder = Folder::new(&[
        (
            "a.md",
            "Der Mann mit dem Hund und der Frau, die mit der Katze spricht.",
        ),
        ("b.md", "Wo ist der Esel?"),
    ]);
    folder.ingest_with(&options(Language::German));
    let page = folder.search("der Esel");
    assert_eq!(paths(&page), ["b.md"]);
    assert_eq!(page.notes.len(), 1, "{:?}", page.notes);
    // A query of nothing else is answered.
    assert_eq!(folder.search("mit der").total, 2);
}

#[test]
fn an_index_keeps_its_language() {
    let folder = Folder::new(&[("a.md", "Die Häuser stehen am Fluss.")]);
    let report = folder.ingest_with(&options(Language::German));
    assert_eq!(
        report.to_string(),
        "1 article (german): 1 added, 0 changed, 0 removed, 0 unchanged"
    );
    folder.write("b.md", "Die Bücher liegen im Haus.");
    assert_eq!(folder.ingest().language, Language::German);
    assert_eq!(folder.search("haus").total, 2);
    // The language is not asked for again where everything is read anew.
    let mut rebuild = IngestOptions::default();
    rebuild.rebuild = true;
    assert_eq!(folder.ingest_with(&rebuild).language, Language::German);
}

#[test]
fn another_language_is_refused_and_a_rebuild_changes_it() {
    let folder = Folder::new(&[("a.md", "Die Häuser stehen am Fluss.")]);
    folder.ingest();
    let asked = options(Language::German);
    let refused = gleaner::ingest(folder.articles(), folder.index(), &asked);
    assert!(
        matches!(
            refused,
            Err(Error::Language {
                found: Language::English,
                asked: Language::German,
                ..
            })
        ),
        "{refused:?}"
    );
    assert_ne!(
        folder.search("haus").answered,
        Rung::AsTyped,
        "nothing was changed"
    );
    let mut rebuild = asked;
    rebuild.rebuild = true;
    folder.ingest_with(&rebuild);
    assert_eq!(folder.search("haus").total, 1);
    let stamp = fs::read_to_string(folder.index().join("gleaner.json")).expect("a stamp");
    assert!(stamp.contains("\"language\":\"german\""), "{stamp}");
}

#[test]
fn the_command_states_the_language_and_says_how_to_change_it() {
    let folder = Folder::new(&[("a.md", "Les maisons.")]);
    let articles = folder.articles();
    let articles = articles.to_string_lossy();
    let ran = gleaner(&folder.index(), &["index", &articles, "--language", "FR"]);
    assert_eq!(
        (ran.code, ran.err.lines().next()),
        (
            0,
            Some("1 article (french): 1 added, 0 changed, 0 removed, 0 unchanged")
        )
    );
    let ran = gleaner(&folder.index(), &["status"]);
    assert!(ran.out.contains("\nlanguage   french\n"), "{}", ran.out);
    let ran = gleaner(&folder.index(), &["search", "--refresh", "maison"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = gleaner(&folder.index(), &["index", "--language", "german"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("its language is french, not german\n")
            && ran
                .err
                .contains("`gleaner index --rebuild --language german --index "),
        "{}",
        ran.err
    );
    let ran = gleaner(
        &folder.index(),
        &["index", "--rebuild", "--language", "german"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = gleaner(&folder.index(), &["index", "--language", "klingon"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("no language is called `klingon`"),
        "{}",
        ran.err
    );
}

#[test]
fn every_article_is_found_by_its_words_in_every_language() {
    let text = "([a-zäöüßéçãşğıİęłø]{1,9}|[а-яё]{1,9}|[ء-ي]{1,8}|[α-ωάίς]{1,9}|[அ-ஹா-்]{1,8}|\\PC)( ([a-zéçãşğıİ]{1,9}(ções|ları|ées)?|\\PC{1,5})){0,9}";
    let values = (text, 0..Language::ALL.len());
    // Each case makes an index.
    hold_for(100, &values, |(text, number)| {
        let language = Language::ALL[number];
        let folder = Folder::new(&[("a.md", &text)]);
        let indexed = gleaner::ingest_in_memory(folder.articles(), &options(language));
        let (index, report) = indexed.expect("indexed");
        let searcher = Searcher::of(&index).expect("an index");
        for word in text.split_whitespace() {
            let page = searcher.search(&Query::plain(word)).expect("a page");
            let has_words = !page.notes.iter().any(|note| note.kind == NoteKind::NoWord);
            if report.articles == 1 && page.total == 0 && has_words {
                // Only what reads as markup may hide a word.
                prop_assert!(
                    text.contains(|c: char| c.is_ascii_punctuation() || c == '\t'),
                    "{language}: {word}"
                );
            }
        }
        searcher.search(&Query::new(&*text)).expect("a page");
        Ok(())
    });
}

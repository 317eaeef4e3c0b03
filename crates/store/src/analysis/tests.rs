use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

mod languages;

/// `word`, `word=stem` where they differ, `(joined)`; a `|` before each new position.
fn shown(text: &str) -> String {
    let mut out = String::new();
    Analyzer::new(Language::English).each_token(text, |token| {
        let form = if token.exact == token.stem {
            token.exact.to_owned()
        } else {
            format!("{}={}", token.exact, token.stem)
        };
        match token.kind {
            TokenKind::Word => out.extend(["|", &form, "@", &token.position.to_string()]),
            TokenKind::Unmarked => unreachable!("English knows no diacritics"),
            TokenKind::Joined { .. } => out.extend(["(", &form, ")"]),
        }
    });
    out
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&shown(text));
}

#[test]
fn variants_of_a_name_share_their_tokens() {
    check("JUNG_E", &expect!["|jung@0(junge=jung)|e@1"]);
    check("Jung-E’s", &expect!["|jung@0(junge=jung)|e@1"]);
    check("sci‑fi", &expect!["|sci@0(scifi)|fi@1"]);
    check("Train To Busan", &expect!["|train@0|to@1|busan@2"]);
}

#[test]
fn apostrophes_dots_and_commas() {
    check(
        "don't l'été O’Brien's",
        &expect!["|don@0(dont)|t@1|l@2(lete)|ete@3|o@4(obrien)|brien@5"],
    );
    check(
        "U.S.A. and A.I., decider.com 1,000.50 a,b",
        &expect![
            "|u@0(usa)|s@1|a@2|and@3|a@4(ai)|i@5|decider=decid@6|com@7|1@8(1000)|000@9|50@10|a@11|b@12"
        ],
    );
    check(
        "AT&T R&D 1990's",
        &expect!["|at@0(att)|t@1|r@2(rd)|d@3|1990@4"],
    );
}

#[test]
fn stems_and_folding() {
    check(
        "Cloned CLONING clones clone",
        &expect!["|cloned=clone@0|cloning=clone@1|clones=clone@2|clone@3"],
    );
    check(
        "Généralités Straße Łódź Ελλάς ёлка й İstanbul ﬁne",
        &expect![
            "|generalites=generalit@0|strasse=strass@1|lodz@2|ελλασ@3|елка@4|й@5|istanbul@6|fine@7"
        ],
    );
    check("22nd H2SO4 2077", &expect!["|22nd@0|h2so4@1|2077@2"]);
}

#[test]
fn names_with_signs() {
    check(
        "C++ C# F#, c+ a#b C++11 g++",
        &expect!["|c@0(c++)|c@1(c#)|f@2(f#)|c@3|a@4|b@5|c@6|11@7|g@8(g++)"],
    );
}

#[test]
fn ideographs_give_characters_and_pairs() {
    check(
        "東京都ABC 한국어 カ",
        &expect!["|東@0(東京)|京@1(京都)|都@2|abc@3|한@4(한국)|국@5(국어)|어@6|カ@7"],
    );
}

#[test]
fn nothing_but_signs_is_nothing() {
    check("-- … ’ _ . \u{301} \u{ad}", &expect![""]);
}

#[test]
fn long_words_are_cut_alike() {
    let word = "x".repeat(200);
    let mut lengths = Vec::new();
    Analyzer::new(Language::English).each_token(&word, |token| lengths.push(token.exact.len()));
    assert_eq!(lengths, [MAX_TOKEN_BYTES]);
}

#[test]
fn the_fingerprint_is_stable_within_a_build() {
    for language in Language::ALL {
        assert_eq!(fingerprint(*language), fingerprint(*language));
    }
}

#[test]
fn only_texts_with_a_word_that_begins_so_are_looked_at() {
    let finder = Beginnings::of(["window", "жук"]).finder();
    for text in [
        "a Window",
        "un-windowed",
        "“windowing”",
        "Win-dow",
        "wíndow",
        "Жуки",
    ] {
        assert!(finder.may_be_in(text), "{text}");
    }
    for text in ["", "winding — a “winter”", "rewindow", "…"] {
        assert!(!finder.may_be_in(text), "{text}");
    }
    assert!(Beginnings::any().finder().may_be_in(""));
}

proptest! {
    #[test]
    fn passing_over_words_passes_over_no_match(text in "([a-eA-EéЖ東]{1,4}[ '_.-]{1,2}|ying |skies ){0,20}", wanted in "[a-eжsd]{1,3}") {
        let mut analyzer = Analyzer::new(Language::English);
        let begins = |token: &Token<'_>| token.exact.starts_with(&wanted);
        let mut all = Vec::new();
        let positions = analyzer.each_token(&text, |token| {
            if begins(&token) {
                all.push((token.stem.to_owned(), token.position));
            }
        });
        let mut some = Vec::new();
        let beginnings = Beginnings::of([&*wanted]);
        let same = analyzer.each_token_of(&text, &beginnings, |token| {
            if begins(&token) {
                some.push((token.stem.to_owned(), token.position));
            }
        });
        if !beginnings.finder().may_be_in(&text) {
            prop_assert!(all.is_empty());
        }
        prop_assert_eq!((positions, all), (same, some));
    }

    #[test]
    fn tokens_are_in_range_and_in_order(text in "\\PC{0,200}") {
        let mut last = 0;
        let mut words = 0;
        let positions = Analyzer::new(Language::English).each_token(&text, |token| {
            assert!(token.start < token.end && text.get(token.start..token.end).is_some());
            assert!(token.position >= last);
            assert!(!token.exact.is_empty() && !token.stem.is_empty());
            assert!(token.exact.len() <= MAX_TOKEN_BYTES);
            assert!(!token.exact.chars().any(char::is_control));
            last = token.position;
            words += u32::from(token.kind.is_word());
        });
        prop_assert!(positions >= words);
    }

    #[test]
    fn any_text_is_analysed(text in any::<String>()) {
        Analyzer::new(Language::English).each_token(&text, |token| {
            assert!(text.get(token.start..token.end).is_some());
        });
    }

    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }
}

#[test]
fn a_long_text_is_made_small_to_its_end() {
    let words: Vec<String> = (0..30_000).map(|i| format!("Word{i} ÄTHER{i} x")).collect();
    let text = words.join(" ");
    let mut tokens = Vec::new();
    let mut analyzer = Analyzer::new(Language::English);
    analyzer.each_token(&text, |token| tokens.push(token.exact.to_owned()));
    assert!(text.len() > 4 * STRETCH_BYTES);
    let expected = (0..30_000).flat_map(|i| [format!("word{i}"), format!("ather{i}"), "x".into()]);
    assert!(expected.eq(tokens));
}

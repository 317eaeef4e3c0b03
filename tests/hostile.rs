use std::time::Duration;

use gleaner::{Facet, NoteKind, Page, Query, QueryLimit, Sort};
use proptest::prelude::*;

use crate::made::{MADE, query};
use crate::support::{Folder, gleaner, hold_for};

/// Words that most articles have, and letters that no article has as words.
const COMMON: [&str; 8] = ["on", "the", "a", "brain", "film", "of", "zu", "1"];

/// What a person reads about a query that is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told {
    /// Nothing is cut: it costs no more than it seems to.
    Whole,
    Cut(QueryLimit),
    /// Patterns are read as words.
    Patterns,
}

/// A query that is made to take long: its name, what makes its text of about N bytes, and what is
/// told. To add one, add a line.
type Hostile = (&'static str, fn(usize) -> String, Told);

use QueryLimit::{Bytes, Conditions, Words};
use Told::{Cut, Patterns, Whole};

const HOSTILE: &[Hostile] = &[
    (
        "one word as a phrase",
        |n| format!("\"{}\"", fill(n, |_| "the ")),
        Cut(Words),
    ),
    (
        "a phrase of 8,000 words",
        |_| format!("\"{}\"", "the a ".repeat(4_000)),
        Whole,
    ),
    (
        "words anywhere near",
        |n| format!("\"{}\"~9", fill(n.min(20_000), common)),
        Whole,
    ),
    (
        "a phrase in the prose",
        |n| format!("body:\"{}\"", fill(n.min(20_000), common)),
        Whole,
    ),
    (
        "near in the prose",
        |n| format!("body:\"{}\"~9", fill(n.min(20_000), common)),
        Whole,
    ),
    ("one compound", |n| fill(n, |_| "a-"), Cut(Words)),
    (
        "a compound of a part",
        |n| format!("title:{}", fill(n, |_| "the-")),
        Cut(Words),
    ),
    (
        "a compound of a key",
        |n| format!("topics:{}the*", fill(n.min(9_000), |_| "the-")),
        Whole,
    ),
    (
        "signs between letters",
        |n| fill(n.min(48_000), |_| "Α∀ﬃ①²"),
        Whole,
    ),
    (
        "names with signs",
        |n| fill(n.min(48_000), |_| "c++,"),
        Cut(Words),
    ),
    ("letters and dots", |n| fill(n, |_| "a."), Cut(Words)),
    (
        "an address",
        |n| format!("https://{}", fill(n, |_| "a/")),
        Cut(Words),
    ),
    (
        "a phrase again and again",
        |n| fill(n.min(40_000), |_| "\"the brain\" "),
        Whole,
    ),
    (
        "phrases",
        |n| fill(n, |i| format!("+\"a{i} b\" ")),
        Cut(Conditions),
    ),
    (
        "phrases or phrases",
        |n| fill(n, |i| format!("\"a{i} b\" OR ")),
        Cut(Conditions),
    ),
    (
        "phrases left out",
        |n| fill(n, |i| format!("-\"a{i} b\" ")),
        Cut(Conditions),
    ),
    (
        "phrases of a part",
        |n| fill(n, |i| format!("title:\"a{i} b\" ")),
        Cut(Conditions),
    ),
    (
        "words left out",
        |n| fill(n, |i| format!("-a{i} ")),
        Cut(Conditions),
    ),
    (
        "words required",
        |n| fill(n, |i| format!("+a{i} ")),
        Cut(Conditions),
    ),
    (
        "pairs of words",
        |n| fill(n, |i| format!("(a{i} AND b{i}) OR ")),
        Cut(Conditions),
    ),
    (
        "paths",
        |n| fill(n, |i| format!("-path:*a{i}* ")),
        Cut(Conditions),
    ),
    (
        "a group of paths",
        |n| format!("path:({})", fill(n, |i| format!("**/a{i}/** "))),
        Cut(Conditions),
    ),
    (
        "dates",
        |n| fill(n, |i| format!("date:>{} ", 1000 + i)),
        Cut(Conditions),
    ),
    (
        "keys",
        |n| fill(n, |i| format!("has:a{i} ")),
        Cut(Conditions),
    ),
    (
        "misspellings",
        |n| fill(n.min(48_000), |i| format!("film{}~2 ", letters(i))),
        Patterns,
    ),
    (
        "one misspelling",
        |n| fill(n.min(30_000), |_| "film~2 "),
        Patterns,
    ),
    (
        "nested patterns",
        |_| {
            format!(
                "{}{}{}",
                "(".repeat(32),
                "*a* a*b b?a*n ".repeat(20),
                ")".repeat(32)
            )
        },
        Patterns,
    ),
    (
        "words with signs inside",
        |n| fill(n.min(48_000), |i| format!("*{}* ", letters(i))),
        Patterns,
    ),
    (
        "the same compounds",
        |n| fill(n.min(18_000), |_| "the-brain "),
        Whole,
    ),
    ("parentheses", |n| "(".repeat(n), Whole),
    (
        "parentheses and words",
        |n| fill(n.min(18_000), |_| "(a "),
        Whole,
    ),
    ("quotes", |n| "\"".repeat(n), Whole),
    (
        "quotes of all kinds",
        |n| fill(n.min(40_000), |_| "“a „b «c \"d "),
        Whole,
    ),
    ("quotes and parentheses", |n| fill(n, |_| "\"("), Whole),
    ("minus signs", |n| "-".repeat(n), Whole),
    ("minus signs apart", |n| fill(n, |_| "- "), Whole),
    ("left out of left out", |n| fill(n, |_| "-("), Whole),
    ("not not", |n| fill(n, |_| "NOT ") + "a", Cut(Words)),
    ("fields of fields", |n| fill(n, |_| "a:"), Cut(Words)),
    (
        "groups of fields",
        |n| fill(n.min(20_000), |_| "a:("),
        Whole,
    ),
    (
        "ranges without an end",
        |n| fill(n.min(20_000), |_| "a:["),
        Whole,
    ),
    ("one long word", |n| "a".repeat(n), Whole),
    ("one long pattern", |n| "a".repeat(n) + "*", Whole),
    ("stars", |n| "*".repeat(n), Whole),
    (
        "accents",
        |n| format!("e{}", "\u{301}".repeat(n / 2)),
        Whole,
    ),
    ("ideographs", |n| fill(n, |_| "東京都"), Cut(Words)),
    (
        "a text as long as a book",
        |_| "a".repeat(1 << 20),
        Cut(Bytes),
    ),
    ("a book", |_| fill(1 << 20, common), Cut(Words)),
];

/// Pieces up to about N bytes.
fn fill<T: AsRef<str>>(bytes: usize, piece: impl Fn(usize) -> T) -> String {
    let mut text = String::new();
    for i in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(piece(i).as_ref());
    }
    text
}

fn common(i: usize) -> String {
    format!("{} ", COMMON[i % COMMON.len()])
}

/// A number in letters.
fn letters(mut i: usize) -> String {
    let mut letters = String::new();
    for _ in 0..3 {
        letters.push(char::from(b'a' + (i % 26) as u8));
        i /= 26;
    }
    letters
}

fn told(page: &Page) -> Vec<Told> {
    let of_note = |kind| match kind {
        NoteKind::Cut(limit) => Some(Cut(limit)),
        NoteKind::ManyPatterns | NoteKind::ManyExpansions => Some(Patterns),
        _ => None,
    };
    let told: Vec<Told> = page.notes.iter().filter_map(|n| of_note(n.kind)).collect();
    if told.is_empty() { vec![Whole] } else { told }
}

#[test]
fn every_hostile_query_ends_and_says_what_was_cut() {
    let mut other = Vec::new();
    for (name, text, expected) in HOSTILE {
        let text = text(64 << 10);
        let query = Query::new(&*text).explain(true);
        let page = MADE.search(&query).expect("a page");
        if !told(&page).contains(expected) {
            other.push((name, told(&page)));
        }
        assert!(page.notes.len() <= 40, "{name}: {}", page.notes.len());
        for note in &page.notes {
            assert!(note.to_string().len() <= 500, "{name}: {note}");
        }
        let plain = MADE.search(&Query::plain(text.as_str())).expect("a page");
        assert!(!told(&plain).contains(&Patterns), "{name}");
    }
    assert!(other.is_empty(), "told otherwise: {other:?}");
}

#[test]
fn the_place_of_the_cut_is_told() {
    let page = MADE
        .search(&Query::new("a-".repeat(10_001)))
        .expect("a page");
    let notes: Vec<String> = page.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes[0],
        "the query was cut at character 20001: it has more than 10,000 words"
    );
    let text = (0..2_000)
        .map(|i| format!("-n{i:04} "))
        .collect::<Vec<_>>()
        .concat();
    let page = MADE.search(&Query::new(text)).expect("a page");
    let notes: Vec<String> = page.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        ["the query was cut at character 7170: it has more than 1,024 conditions"]
    );
}

/// What is said again is the same condition and counts again.
#[test]
fn repeated_conditions_find_the_same_as_one() {
    let (once, again) = (
        "\"brain film\" -zu",
        "\"brain film\" -zu \"brain film\" -zu -zu",
    );
    let folder = Folder::new(&[
        ("a.md", "A brain film."),
        ("b.md", "A brain film zu."),
        ("c.md", "A film brain."),
    ]);
    folder.ingest();
    assert_eq!(folder.paths(once), ["a.md"]);
    assert_eq!(folder.paths(again), ["a.md"]);
    let with_key = folder.paths(&format!("path:a* path:a* {once} title:a title:a"));
    assert_eq!(with_key, [] as [&str; 0]);
}

/// A long phrase is found where it stands, in all of the text and in the prose.
#[test]
fn a_long_phrase_is_exact() {
    let page: Vec<String> = (0..3_000).map(|i| format!("w{} ", i % 700)).collect();
    let page = page.concat();
    let other = page.replace("w650 ", "w651 ");
    let folder = Folder::new(&[
        ("a.md", &format!("# One\n\n{page}")),
        ("b.md", &format!("# Two\n\n{other}")),
    ]);
    folder.ingest();
    let phrase: String = page.split_inclusive(' ').skip(100).take(1_500).collect();
    for query in [format!("\"{phrase}\""), format!("body:\"{phrase}\"")] {
        let page = folder.search(&query);
        assert_eq!((page.total, page.notes.len()), (1, 0), "{:?}", page.notes);
        assert_eq!(page.hits[0].path.to_string(), "a.md");
    }
    let near = folder.search(&format!("body:\"{phrase}\"~1"));
    assert_eq!(near.total, 1);
}

/// A phrase that is nowhere is looked for by its words, each as often as the phrase says it.
#[test]
fn the_words_of_a_long_phrase_count_once_each() {
    let folder = Folder::new(&[("a.md", "Alpha beta gamma delta.")]);
    folder.ingest();
    let phrase: Vec<String> = (0..200).map(|i| format!("Word{} ", letters(i))).collect();
    let phrase = phrase.concat();
    let page = folder.search(&format!("\"{phrase} Alpha\""));
    let long = page.notes.iter().find_map(|note| match note.kind {
        NoteKind::LongText(kept, of) => Some((kept, of)),
        _ => None,
    });
    assert_eq!(long, Some((64, 201)));
    assert_eq!(page.total, 1);
}

fn scores(page: &Page) -> Vec<(String, u64)> {
    let hits = page.hits.iter();
    hits.map(|hit| (hit.path.to_string(), hit.score.to_bits()))
        .collect()
}

/// Whenever the time is over: what is shown is true, and that it is not all is said.
#[test]
fn a_search_that_is_stopped_shows_what_it_found() {
    let micros = prop_oneof![Just(0_u64), 1..400_u64, 400..20_000_u64];
    let way = 0..4_usize;
    hold_for(150, &(query(), micros, way), |(text, micros, way)| {
        let query = Query::new(text).limit(1_000);
        let query = match way {
            0 => query,
            1 => query.facet(Facet::key("topics")),
            2 => query.sort(Sort::read("-date")),
            _ => query.explain(true).feedback(true).collapse(false),
        };
        let all = MADE.search(&query).expect("a page");
        let timeout = Duration::from_micros(micros);
        let page = MADE
            .search(&query.clone().timeout(timeout))
            .expect("a page");
        let is_told = page
            .notes
            .iter()
            .any(|note| note.kind == NoteKind::TimedOut(timeout));
        prop_assert_eq!(page.timed_out, is_told);
        prop_assert!(micros > 0 || page.timed_out);
        if !page.timed_out {
            prop_assert_eq!(scores(&page), scores(&all));
            prop_assert_eq!(&page.facets, &all.facets);
            prop_assert_eq!(&page.notes, &all.notes);
        } else if way != 3 && page.answered == all.answered {
            let known = scores(&all);
            prop_assert!(page.total <= all.total);
            let copies = all.hits.iter().flat_map(|hit| &hit.copies);
            let copies: Vec<String> = copies.map(|copy| copy.path.to_string()).collect();
            for (path, score) in scores(&page) {
                let is_known = known.contains(&(path.clone(), score));
                prop_assert!(is_known || copies.contains(&path), "{}", path);
            }
        }
        Ok(())
    });
}

#[test]
fn a_search_in_time_is_the_same_as_without_a_timeout() {
    for text in [
        "brain film",
        "\"on the\"",
        "topics:AI",
        "clonning",
        "b*",
        "-film",
    ] {
        let query = Query::new(text).facet(Facet::key("topics")).explain(true);
        let hour = Duration::from_secs(3_600);
        let without = MADE.search(&query).expect("a page");
        let mut page = MADE.search(&query.clone().timeout(hour)).expect("a page");
        page.elapsed = without.elapsed;
        assert_eq!(page, without, "{text}");
        let paths = MADE
            .search_paths(&query.timeout(Duration::MAX))
            .expect("a page");
        assert!(!paths.timed_out && paths.total == without.total, "{text}");
    }
}

#[test]
fn the_command_says_that_it_stopped() {
    let folder = Folder::new(&[("a.md", "A boat.")]);
    folder.ingest();
    let ran = gleaner(&folder.index(), &["search", "--timeout", "0ms", "boat"]);
    assert_eq!(
        ran.err,
        "note: stopped after 0.0 s: this is the best of what was found by then\n"
    );
    let json = ["search", "--format", "json", "--timeout=0", "boat"];
    let ran = gleaner(&folder.index(), &json);
    assert!(ran.out.contains("\"timed_out\": true"), "{}", ran.out);
    let ran = gleaner(&folder.index(), &["search", "--timeout", "60s", "boat"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "1 hit\n"));
    let ran = gleaner(&folder.index(), &["search", "--timeout", "soon", "boat"]);
    assert_eq!(ran.code, 2);
}

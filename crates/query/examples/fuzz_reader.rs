//! Puts a million random and half-sensible texts to the reader of queries: none may panic, lose a
//! place, or take long.
//!
//! `cargo run --example fuzz_reader [COUNT]` takes about a minute, without optimisation, and so checks
//! that no number overflows as well. The texts are the same in every run.

use std::time::{Duration, Instant};

use gleaner_query::parse::{Group, Node, parse};

/// Texts that are read unless the argument says otherwise.
const COUNT: u64 = 1_000_000;

/// Longest time for a text of a kilobyte. A reader that takes time in proportion needs a hundredth;
/// without optimisation it takes ten times as long.
const MOST_TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 100 } else { 10 });

/// What queries are made of, and what breaks readers.
const PIECES: &[&str] = &[
    "brain",
    "a",
    "É",
    "東京",
    "서울",
    "فيلم",
    "🚀",
    "2023",
    "don't",
    "sci-fi",
    "C++",
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\n",
    "\0",
    "\u{200F}",
    "\u{200D}",
    "\u{301}",
    "(",
    ")",
    "((",
    "))",
    "\"",
    "“",
    "”",
    "„",
    "«",
    "»",
    "'",
    "+",
    "-",
    "--",
    "NOT ",
    " AND ",
    " OR ",
    "&&",
    "||",
    "*",
    "**",
    "?",
    "b?a*n",
    "bra*",
    "*clone",
    "~",
    "~2",
    "~9",
    "^3",
    "/",
    "/a+/",
    "/usr/bin/",
    "/(",
    "[0-9]",
    "{2}",
    "|",
    "\\",
    "$",
    "title:",
    "topics:(",
    "path:",
    "path:**/",
    "has:",
    "missing:",
    "date:",
    "heat:",
    ":",
    "::",
    "..",
    "...",
    "50..80",
    "[1 TO 2]",
    ">=",
    "<",
    "=",
    "≥",
    "yesterday",
    "7d",
    "last week",
    "https://",
    "x.y/z_(w)",
    "12:30",
    "C:\\",
    ":)",
    ";",
    ",",
    ".",
    "!",
    "5\"",
    "#",
    "@",
    "%",
    "&",
    "_",
];

/// `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014): small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// A text up to about a kilobyte: of pieces, of any characters, or of one piece over and over.
fn text(random: &mut Random) -> String {
    let length = match random.below(20) {
        0 => 1024,
        1..=4 => 200,
        _ => 40,
    };
    let length = random.below(length) + 1;
    let mut text = String::new();
    let repeated = (
        PIECES[random.below(PIECES.len())],
        PIECES[random.below(PIECES.len())],
    );
    let kind = random.below(8);
    while text.len() < length {
        match kind {
            0 => text.extend(char::from_u32(random.below(0x11_0000) as u32)),
            1 => text.extend(char::from_u32(random.below(0x80) as u32)),
            2 => text.extend([repeated.0, repeated.1]),
            _ => text.push_str(PIECES[random.below(PIECES.len())]),
        }
    }
    text
}

/// Whether every clause stands somewhere in the text, and says something.
fn is_sound(group: &Group, text: &str) -> bool {
    group.clauses.iter().all(|clause| {
        let place = text.get(clause.span.start..clause.span.end);
        let inside = match &clause.node {
            Node::Group(inner) => !inner.clauses.is_empty() && is_sound(inner, text),
            Node::Word(word) => place.is_some_and(|place| place.contains(word.as_str())),
            _ => true,
        };
        place.is_some_and(|place| !place.is_empty()) && inside
    })
}

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let mut random = Random(20_230_124);
    let (mut slowest, mut slowest_text) = (Duration::ZERO, String::new());
    for _ in 0..count.unwrap_or(COUNT) {
        let text = text(&mut random);
        let started = Instant::now();
        let parsed = parse(&text);
        let mut elapsed = started.elapsed();
        assert!(is_sound(&parsed.root, &text), "{text:?}");
        assert!(parsed.notes.len() <= 17, "{text:?}");
        if elapsed > MOST_TIME {
            // Another program may have had the processor: once more.
            let started = Instant::now();
            parse(&text);
            elapsed = elapsed.min(started.elapsed());
        }
        if elapsed > slowest {
            (slowest, slowest_text) = (elapsed, text);
        }
    }
    assert!(slowest < MOST_TIME, "{slowest:?} for {slowest_text:?}");
    // Ten times the text takes about ten times as long, whatever it is made of.
    for piece in PIECES {
        let text = piece.repeat(10 * 1024 / piece.len());
        let fastest = (0..3).map(|_| {
            let started = Instant::now();
            parse(&text);
            started.elapsed()
        });
        let fastest = fastest.min().unwrap_or_default();
        assert!(fastest < MOST_TIME, "{fastest:?} for 10 KB of {piece:?}");
    }
}

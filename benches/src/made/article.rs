//! An article: front matter, headings, paragraphs, links, code.

use std::fmt::Write as _;

use super::numbers::Numbers;
use super::words::{Vocabulary, write_word};

/// Words of the body, by the share of articles in ten thousand that have at most so many: as measured
/// on 48,212 pages of technical documentation.
const LENGTHS: [(usize, usize); 17] = [
    (0, 7),
    (500, 59),
    (1_000, 83),
    (2_000, 122),
    (3_000, 156),
    (4_000, 187),
    (5_000, 230),
    (6_000, 291),
    (7_000, 384),
    (8_000, 490),
    (9_000, 870),
    (9_500, 1_374),
    (9_800, 2_824),
    (9_900, 5_417),
    (9_950, 8_093),
    (9_990, 13_327),
    (10_000, 37_486),
];
const CATEGORIES: [&str; 5] = ["news", "reference", "tutorial", "review", "opinion"];
/// Words in a thousand that repeat one of the article: what an article is about comes up again (Simon,
/// <https://doi.org/10.1093/biomet/42.3-4.425>).
const REPEATED: usize = 680;
/// Words by which the last block is too long, on average, with those of the first heading.
const OVERSHOT: usize = 15;
/// Times in a thousand that a set phrase stands instead of a word.
const PHRASES: usize = 15;
/// Different set phrases.
const SET_PHRASES: usize = 2_000;

/// Writes articles, each the same in every run.
#[derive(Debug, Default)]
pub struct Author {
    vocabulary: Vocabulary,
}

impl Author {
    /// The article of this number, as the bytes of its file.
    pub fn article(&self, number: u64) -> String {
        let mut page = Page {
            numbers: Numbers::new(number),
            vocabulary: &self.vocabulary,
            said: Vec::new(),
            text: String::new(),
        };
        page.front_matter(number);
        page.body();
        page.text
    }
}

/// An article while it is written.
struct Page<'a> {
    numbers: Numbers,
    vocabulary: &'a Vocabulary,
    /// Ranks of the words so far.
    said: Vec<u64>,
    text: String,
}

impl Page<'_> {
    fn rank(&mut self) -> u64 {
        if !self.said.is_empty() && self.numbers.chance(REPEATED) {
            return *self.numbers.one_of(&self.said);
        }
        self.vocabulary.rank(&mut self.numbers)
    }

    /// Writes one word, or a set phrase; says how many words that were.
    fn word(&mut self) -> usize {
        if !self.numbers.chance(PHRASES) {
            let rank = self.rank();
            self.said.push(rank);
            write_word(rank, &mut self.text);
            return 1;
        }
        let phrase = self.numbers.below(SET_PHRASES) as u64;
        let mut words = Numbers::new(phrase + (1 << 40));
        let length = words.between(2, 3);
        for place in 0..length {
            let rank = self.vocabulary.rank(&mut words);
            self.said.push(rank);
            if place > 0 {
                self.text.push(' ');
            }
            write_word(rank, &mut self.text);
        }
        length
    }

    /// Writes at least so many words with blanks between them; says how many they became.
    fn words(&mut self, least: usize) -> usize {
        let mut written = self.word();
        while written < least {
            self.text.push(' ');
            written += self.word();
        }
        written
    }

    /// As [`Page::words`], with a capital.
    fn capitalised(&mut self, least: usize) -> usize {
        let start = self.text.len();
        let written = self.words(least);
        self.text[start..=start].make_ascii_uppercase();
        written
    }

    fn line(&mut self, key: &str, least: usize) {
        let _ = write!(self.text, "{key}: \"");
        self.capitalised(least);
        self.text.push_str("\"\n");
    }

    /// The keys of articles that a news service gathered.
    fn front_matter(&mut self, number: u64) {
        let category = *self.numbers.one_of(&CATEGORIES);
        let _ = writeln!(self.text, "---\ncategory: {category}");
        let length = self.numbers.between(4, 9);
        self.line("title", length);
        let length = self.numbers.between(15, 40);
        self.line("excerpt", length);
        let mut below = |end| self.numbers.below(end);
        let (year, month, day) = (2015 + below(9), 1 + below(12), 1 + below(28));
        let (hour, minute) = (below(24), below(60));
        // A few providers publish most of it.
        let (provider, quality, heat) = (below(60) * below(60) / 60, 20 + below(80), below(100));
        let width = 400 + 100 * below(9);
        let topics = [below(40), below(40)];
        let _ = write!(
            self.text,
            "publishedDateTime: {year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z\n\
             webUrl: \"https://site{provider}.example/{year}/{number}\"\n\
             type: article\nquality: {quality}\nheat: {heat}\npublished: {}\n\n\
             provider:\n  name: Site{provider}\n  domain: site{provider}.example\n  images:\n    \
             - url: \"https://site{provider}.example/logo.png\"\n      width: 50\n      height: 50\n\n\
             topics:\n  - Topic{}\n  - Topic{}\n\n\
             images:\n  - url: \"https://site{provider}.example/{number}.jpg\"\n    \
             width: {width}\n    height: {}\n    isCached: {}\n---\n\n",
            quality > 50,
            topics[0],
            topics[1],
            width / 2,
            heat > 50,
        );
    }

    fn body(&mut self) {
        let mut left = length(&mut self.numbers).saturating_sub(OVERSHOT);
        self.heading();
        while left > 0 {
            let written = match self.numbers.below(100) {
                0..24 => self.heading(),
                24..28 => self.code(),
                28..45 => self.list(left),
                _ => self.paragraph(left),
            };
            left = left.saturating_sub(written);
        }
    }

    fn heading(&mut self) -> usize {
        self.text.push_str("## ");
        let length = self.numbers.between(1, 5);
        let written = self.capitalised(length);
        self.text.push_str("\n\n");
        written
    }

    fn code(&mut self) -> usize {
        let mut written = 0;
        self.text.push_str("```c\n");
        for _ in 0..self.numbers.between(2, 8) {
            written += self.words(1);
            self.text.push_str(" = ");
            written += self.words(1);
            self.text.push_str("();\n");
        }
        self.text.push_str("```\n\n");
        written
    }

    fn list(&mut self, left: usize) -> usize {
        let mut written = 0;
        for _ in 0..self.numbers.between(2, 6) {
            if written >= left {
                break;
            }
            self.text.push_str("- ");
            let length = self.numbers.between(2, 9);
            written += self.capitalised(length);
            self.text.push('\n');
        }
        self.text.push('\n');
        written
    }

    fn paragraph(&mut self, left: usize) -> usize {
        let mut written = 0;
        for _ in 0..self.numbers.between(1, 4) {
            if written >= left {
                break;
            }
            let length = self.numbers.between(6, 22);
            written += self.capitalised(length.min(left));
            if self.numbers.chance(350) {
                self.text.push_str(" [");
                let length = self.numbers.between(1, 3);
                written += self.words(length);
                self.text.push_str("](");
                written += self.words(1);
                self.text.push('-');
                written += self.words(1);
                self.text.push_str(".md)");
            }
            self.text.push_str(". ");
        }
        self.text.pop();
        self.text.push_str("\n\n");
        written
    }
}

/// Words of a body.
fn length(numbers: &mut Numbers) -> usize {
    let drawn = numbers.below(10_000);
    let above = LENGTHS.partition_point(|(share, _)| *share <= drawn);
    let ((low, least), (high, most)) = (LENGTHS[above - 1], LENGTHS[above]);
    least + (most - least) * (drawn - low) / (high - low)
}

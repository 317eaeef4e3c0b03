//! Every key of the front matter as typed values.

use std::collections::HashSet;

use gleaner_store::Value;
use gleaner_store::{Date, DateReading};

use super::names::{Concept, concept_of};
use crate::front_matter::Node;

/// A longer text is not metadata: nobody filters by it, and an index has limits for one value.
/// As a title or an excerpt it is kept in full all the same.
const LONGEST_TEXT: usize = 32 * 1024;

/// A longer path comes from a file that is no article; the paths of many values must stay small.
const LONGEST_PATH: usize = 256;

/// Why a key is not among the metadata.
pub(super) enum LeftOut {
    /// Its text is longer than [`LONGEST_TEXT`].
    Text,
    /// Its path is longer than [`LONGEST_PATH`].
    Path,
}

impl LeftOut {
    pub(super) fn why(&self) -> String {
        match self {
            Self::Text => format!("is longer than {} KiB", LONGEST_TEXT / 1024),
            Self::Path => format!("has a name longer than {LONGEST_PATH} bytes"),
        }
    }
}

/// Adds the values below a top-level key to the metadata, each with its dotted path.
pub(super) fn collect(
    key: &str,
    node: &Node,
    metadata: &mut Vec<(String, Value)>,
) -> Result<(), LeftOut> {
    let mut collector = Collector {
        path: String::new(),
        metadata,
        result: Ok(()),
    };
    collector.key(key, node);
    collector.result
}

struct Collector<'m> {
    path: String,
    metadata: &'m mut Vec<(String, Value)>,
    /// The last thing that was left out, if any: one problem for each key is enough.
    result: Result<(), LeftOut>,
}

impl Collector<'_> {
    fn key(&mut self, key: &str, node: &Node) {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        if self.path.len() > LONGEST_PATH {
            self.result = Err(LeftOut::Path);
        } else if !self.path.is_empty() {
            self.node(concept_of(&self.path), node);
        }
        self.path.truncate(outer);
    }

    fn node(&mut self, concept: Option<Concept>, node: &Node) {
        let value = match node {
            Node::Null => return,
            Node::Map(map) => return map.iter().for_each(|(key, node)| self.key(key, node)),
            Node::List(list) => return list.iter().for_each(|node| self.node(concept, node)),
            Node::Bool(truth) => Value::Bool(*truth),
            Node::Float(number) => Value::Float(*number),
            Node::Integer(number) => {
                let date = is_date(concept).then(|| Date::read(&number.to_string()));
                date.and_then(date_of).unwrap_or(Value::Integer(*number))
            }
            Node::Text(text) => match self.text(concept, text.trim()) {
                Some(value) => value,
                None => return,
            },
        };
        self.metadata.push((self.path.clone(), value));
    }

    fn text(&mut self, concept: Option<Concept>, text: &str) -> Option<Value> {
        if text.is_empty() || is_opaque(text) {
            return None;
        }
        if text.len() > LONGEST_TEXT {
            if !matches!(concept, Some(Concept::Title | Concept::Excerpt)) {
                self.result = Err(LeftOut::Text);
            }
            return None;
        }
        let date = match concept {
            Some(_) if is_date(concept) => date_of(Date::read(text)),
            // A daily note is titled with its date; the title is text nevertheless.
            Some(_) => None,
            None => Date::read_unmistakable(text).map(Value::Date),
        };
        Some(date.unwrap_or_else(|| Value::Text(text.to_owned())))
    }
}

fn is_date(concept: Option<Concept>) -> bool {
    matches!(concept, Some(Concept::Date | Concept::Updated))
}

fn date_of(reading: DateReading) -> Option<Value> {
    match reading {
        DateReading::Date(date) => Some(Value::Date(date)),
        DateReading::Impossible | DateReading::NotADate => None,
    }
}

/// Drops texts that stood before in another case.
pub(super) fn without_repetition(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts
        .filter(|text| seen.insert(text.to_lowercase()))
        .collect()
}

/// A shorter text is never taken for encoded data.
const SHORTEST_OPAQUE: usize = 64;

/// The start of a text that is counted, in bytes; more of it would tell nothing new.
const SAMPLE: usize = 256;

/// Whether a text is data in an encoding (a signature, a hash, a token) that nobody reads.
///
/// It has at least 64 bytes, no whitespace, and one of these forms, seen in its first 256 bytes:
///
/// - hexadecimal digits, with or without colons, decimal digits among them;
/// - small letters and digits only, or capitals and digits only (Base32, Base36), where digits and
///   letters meet at least once in eight characters;
/// - the characters of Base64, in its usual or its URL alphabet, and the signs that join several
///   such texts (`.`, `:`, `;`, `,`), with small letters, capitals and digits, where at least
///   three in ten neighbours differ in kind. The kinds are small letter, capital and digit, and
///   a capital before a small letter does not count. Random data has five in ten, names in
///   programming languages about two;
/// - a `data:` URL in Base64, whose form is clear from its head.
///
/// Any other address has `://` or both a dot and a slash and is never opaque, and text in
/// scripts that do without blanks is not ASCII.
pub(super) fn is_opaque(text: &str) -> bool {
    if text.len() < SHORTEST_OPAQUE {
        return false;
    }
    if text.starts_with("data:") {
        return text.contains(";base64,") && !text.contains(char::is_whitespace);
    }
    let is_address = text.contains("://") || (text.contains('.') && text.contains('/'));
    if is_address || !text.bytes().all(|byte| KINDS[usize::from(byte)].is_some()) {
        return false;
    }
    let sample = &text.as_bytes()[..text.len().min(SAMPLE)];
    let marks = Marks::of(sample);
    if marks.digits == 0 {
        return false;
    }
    if marks.hexadecimal == sample.len() {
        return true;
    }
    if marks.small == 0 || marks.capitals == 0 {
        let alphanumeric = marks.small + marks.capitals + marks.digits;
        return alphanumeric == sample.len() && marks.changes * 8 >= sample.len();
    }
    marks.pairs * 2 >= sample.len() && marks.changes * 10 >= marks.pairs * 3
}

/// What [`is_opaque`] counts.
#[derive(Default)]
struct Marks {
    small: usize,
    capitals: usize,
    digits: usize,
    /// Hexadecimal digits and colons.
    hexadecimal: usize,
    /// Letters and digits that follow another one.
    pairs: usize,
    /// Pairs of different kinds.
    changes: usize,
}

impl Marks {
    fn of(sample: &[u8]) -> Self {
        let mut marks = Self::default();
        let mut before = Kind::Sign;
        for &byte in sample {
            let kind = KINDS[usize::from(byte)].unwrap_or(Kind::Sign);
            marks.small += usize::from(kind == Kind::Small);
            marks.capitals += usize::from(kind == Kind::Capital);
            marks.digits += usize::from(kind == Kind::Digit);
            marks.hexadecimal += usize::from(byte.is_ascii_hexdigit() || byte == b':');
            let is_pair = kind != Kind::Sign && before != Kind::Sign;
            let is_same = kind == before || (before, kind) == (Kind::Capital, Kind::Small);
            marks.pairs += usize::from(is_pair);
            marks.changes += usize::from(is_pair && !is_same);
            before = kind;
        }
        marks
    }
}

/// The kinds of characters in encoded data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Digit,
    Sign,
}

/// The kind of a character; `None` for one that encoded data does not have.
const fn kind_of(byte: u8) -> Option<Kind> {
    match byte {
        b'a'..=b'z' => Some(Kind::Small),
        b'A'..=b'Z' => Some(Kind::Capital),
        b'0'..=b'9' => Some(Kind::Digit),
        b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b':' | b';' | b',' => Some(Kind::Sign),
        _ => None,
    }
}

/// [`kind_of`] as a table: random data makes every branch a wrong guess, and some signatures are
/// longer than the article they belong to.
static KINDS: [Option<Kind>; 256] = {
    let mut kinds = [None; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = kind_of(byte as u8);
        byte += 1;
    }
    kinds
};

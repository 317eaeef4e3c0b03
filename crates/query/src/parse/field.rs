//! `name:value`: which pieces are conditions on a field, and what they ask for.

use super::chars::{self, is_blank, is_quote, is_searchable};
use super::lex::{Lexer, Token};
use super::note::NoteKind;
use super::pattern::Context;
use super::{Comparison, FieldValue, Node, Occur, Span};

/// Names that start an address rather than a condition.
const SCHEMES: [&str; 5] = ["http", "https", "ftp", "file", "mailto"];

/// How comparisons are typed; of two that start alike the longer one comes first.
const COMPARISONS: [(&str, Comparison); 10] = [
    (">=", Comparison::GreaterOrEqual),
    ("=>", Comparison::GreaterOrEqual),
    ("≥", Comparison::GreaterOrEqual),
    ("<=", Comparison::LessOrEqual),
    ("=<", Comparison::LessOrEqual),
    ("≤", Comparison::LessOrEqual),
    ("==", Comparison::Equal),
    ("=", Comparison::Equal),
    (">", Comparison::Greater),
    ("<", Comparison::Less),
];

/// How the values of a field are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// As words and conditions.
    Any,
    /// As paths, in which hardly any character has a meaning to us.
    Path,
}

impl Field {
    pub(super) fn of(name: &str) -> Self {
        if name.eq_ignore_ascii_case("path") {
            Self::Path
        } else {
            Self::Any
        }
    }
}

/// What follows the colon after a field name.
enum Value {
    /// A value, and where it ends.
    Found(FieldValue, usize),
    /// The start of a comparison or range, with something missing.
    Incomplete,
    /// Quotes around nothing, which were told of.
    Dropped,
    /// Nothing to ask for: the colon is punctuation.
    None,
}

impl<'t> Lexer<'t> {
    /// The field name that starts here and where its value starts, if a condition does.
    ///
    /// Nothing here is one: addresses, `std::vec`, `C:\path`, and a colon with no value after it.
    pub(super) fn field_name(&self) -> Option<(&'t str, usize)> {
        let rest = self.rest();
        let length = rest.bytes().take_while(|b| chars::is_name_byte(*b)).count();
        let (name, rest) = rest.split_at(length);
        let value = rest.strip_prefix(':')?;
        let next = value.chars().next()?;
        let drive = length == 1 && matches!(next, '\\' | '/');
        let address = value.starts_with("//")
            || SCHEMES
                .iter()
                .any(|scheme| name.eq_ignore_ascii_case(scheme));
        let no_value = matches!(next, ')' | ':') || is_blank(next);
        if !chars::is_name(name) || drive || address || no_value {
            return None;
        }
        Some((name, self.at + length + 1))
    }

    /// Reads the condition on the field `name` that starts here, or the words it is instead.
    pub(super) fn field(
        &mut self,
        sign: Option<Occur>,
        name: &'t str,
        value: usize,
    ) -> Option<Token<'t>> {
        let start = self.at;
        if self.text[value..].starts_with('(') {
            self.at = value;
            return self.open(sign, Some(name), start);
        }
        let (value, end) = match self.field_value(Field::of(name), value) {
            Value::Found(value, end) => (value, end),
            Value::Incomplete => return Some(self.incomplete(start)),
            Value::Dropped => return None,
            Value::None => return self.piece(sign),
        };
        self.advance_to(end);
        let name = name.to_owned();
        Some(Token::Leaf(
            sign,
            Node::Field { name, value },
            Span { start, end },
        ))
    }

    fn field_value(&mut self, field: Field, start: usize) -> Value {
        let value = &self.text[start..];
        if value.starts_with(is_quote) {
            self.at = start;
            return match self.phrase() {
                Some((phrase, span)) => Value::Found(FieldValue::Text(Box::new(phrase)), span.end),
                None => Value::Dropped,
            };
        }
        if field == Field::Path {
            return self.path_value(start);
        }
        if value.starts_with(['[', '{']) {
            let range = self.bracketed(start);
            return range.map_or(Value::Incomplete, |(range, end)| Value::Found(range, end));
        }
        if let Some((op, typed)) = comparison(value) {
            return self.compared(op, start + typed);
        }
        self.plain(start)
    }

    /// Reads the value of `path:`, in which brackets and stars are signs of a glob.
    fn path_value(&mut self, start: usize) -> Value {
        let (value, end) = self.value(start);
        if !is_searchable(value) {
            return Value::None;
        }
        let (node, _) = self.path(start, end);
        Value::Found(FieldValue::Text(Box::new(node)), end)
    }

    /// Reads `50 TO 80]` after the bracket at `open`; a star leaves that end open.
    fn bracketed(&self, open: usize) -> Option<(FieldValue, usize)> {
        let rest = self.text[open..].strip_prefix('[')?;
        let (from, rest) = bound(rest)?;
        let (to, rest) = rest.split_at_checked(2)?;
        if !to.eq_ignore_ascii_case("to") || !rest.starts_with(is_blank) {
            return None;
        }
        let (to, rest) = bound(rest)?;
        let rest = rest.strip_prefix(']')?;
        let end = self.text.len() - rest.len();
        range(from, to).map(|range| (range, end))
    }

    /// Reads the value of a comparison, which may be quoted to hold blanks.
    fn compared(&mut self, op: Comparison, start: usize) -> Value {
        if self.text[start..].starts_with(is_quote) {
            self.at = start;
            return match self.quoted() {
                Some(text) => Value::Found(
                    FieldValue::Compare {
                        op,
                        value: text.to_owned(),
                    },
                    self.at,
                ),
                None => Value::Dropped,
            };
        }
        let (value, end) = self.value(start);
        let value = without_sentence(value);
        if !is_searchable(value) {
            return Value::Incomplete;
        }
        let value = value.to_owned();
        Value::Found(FieldValue::Compare { op, value }, end)
    }

    /// Reads a range with dots, a word, or the beginning of one.
    fn plain(&mut self, start: usize) -> Value {
        if let Some((node, span)) = self.regex(start) {
            return Value::Found(FieldValue::Text(Box::new(node)), span.end);
        }
        let (value, end) = self.value(start);
        if let Some(range) = dotted(value).and_then(|(from, to)| range(from, to)) {
            return Value::Found(range, end);
        }
        if matches!(value, ".." | "*") {
            return Value::Incomplete;
        }
        // `Wow:...` is prose and `path:/` asks for nothing.
        if !is_searchable(value) {
            return Value::None;
        }
        let context = Context {
            is_fresh: true,
            in_field: true,
        };
        let (node, _) = self.word(start, end, context);
        Value::Found(FieldValue::Text(Box::new(node)), end)
    }

    /// The value that starts at `start`: up to a blank, or a `)` that it did not open.
    fn value(&self, start: usize) -> (&'t str, usize) {
        let value = &self.text[start..];
        let mut depth = 0_usize;
        for (at, c) in value.char_indices() {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                _ if c == ')' || is_blank(c) => return (&value[..at], start + at),
                _ => {}
            }
        }
        (value, self.text.len())
    }

    /// Reads a condition that is not finished as the word it looks like; a sign was not meant for
    /// that word, and leaving out articles with it would hide what was asked for.
    fn incomplete(&mut self, start: usize) -> Token<'t> {
        let (_, end) = self.value(start);
        self.notes.add(NoteKind::IncompleteField, start, end);
        self.advance_to(end);
        let text = self.text[start..end].to_owned();
        Token::Leaf(None, Node::Word(text), Span { start, end })
    }
}

/// The comparison a value starts with, and the length of its sign.
fn comparison(value: &str) -> Option<(Comparison, usize)> {
    let found = COMPARISONS
        .iter()
        .find(|(typed, _)| value.starts_with(typed));
    found.map(|(typed, op)| (*op, typed.len()))
}

/// A bound at the start of a bracketed range, and the text after the blanks that follow it.
fn bound(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(is_blank);
    let end = text.find(|c| c == ']' || is_blank(c))?;
    let (bound, rest) = text.split_at(end);
    (!bound.is_empty()).then(|| (bound, rest.trim_start_matches(is_blank)))
}

/// What stands before and after the two dots of a range; three dots are an ellipsis, and two beside
/// a slash go up one folder.
fn dotted(value: &str) -> Option<(&str, &str)> {
    let (from, to) = value.split_once("..")?;
    let is_range = !to.starts_with('.')
        && !to.contains("..")
        && !from.ends_with('/')
        && !to.starts_with(['/', '\\'])
        && !value.contains("://");
    is_range.then_some((from, to))
}

/// A range with at least one end; nothing or a star leaves an end open, anything else that could not
/// be a value makes it no range rather than a wider one.
fn range(from: &str, to: &str) -> Option<FieldValue> {
    let ends = [from, to].map(without_sentence);
    let is_open = |end: &str| matches!(end, "" | "*");
    let sound = ends.iter().all(|end| is_open(end) || is_searchable(end));
    if !sound || ends.iter().all(|end| is_open(end)) {
        return None;
    }
    let [from, to] = ends.map(|end| (!is_open(end)).then(|| end.to_owned()));
    Some(FieldValue::Range { from, to })
}

/// A bound or compared value without the punctuation of the sentence around it.
fn without_sentence(value: &str) -> &str {
    value.trim_end_matches([',', ';', '.', '!', '?'])
}

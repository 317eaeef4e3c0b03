//! Directives of documentation systems, which the Markdown parser takes for text: `:::row:::`,
//! `:::image … alt-text="…":::`, `[!INCLUDE [name](file)]`, `[!TIP]`.

use std::ops::Range;

use super::prose::{Gap, Prose};

/// Directives that stand for something else, written as `[!NAME …]`. Nothing in them is prose.
const BRACKETED: [&str; 4] = ["include", "code", "div", "video"];

/// Words that open a note, alone in `[!NOTE]` at the start of a line.
const NOTES: [&str; 12] = [
    "abstract",
    "caution",
    "danger",
    "example",
    "important",
    "info",
    "note",
    "question",
    "quote",
    "success",
    "tip",
    "warning",
];

/// Directives with colons that may also stand within a line.
const INLINE: [&str; 4] = ["code", "icon", "image", "video"];

/// No directive is longer than this, in bytes. It bounds the search for a missing end.
const LONGEST: usize = 1_500;

/// Finds the directives of one article.
#[derive(Debug)]
pub(super) struct Directives {
    possible: bool,
}

impl Directives {
    /// Looks once through the whole article, so that most articles need no second look.
    pub(super) fn of(markdown: &str) -> Self {
        Self {
            possible: may_have_openings(markdown),
        }
    }

    /// Whether the article may have directives.
    pub(super) fn are_possible(&self) -> bool {
        self.possible
    }

    /// The prose without its directives, or nothing if it has none.
    pub(super) fn without(prose: &Prose) -> Option<Prose> {
        let (text, lines, code) = prose.parts();
        if !may_have_openings(text) {
            return None;
        }
        let is_code = |at: usize| {
            let next = code.partition_point(|code| code.end <= at);
            code.get(next).is_some_and(|code| code.contains(&at))
        };
        let mut copier = None;
        let mut from = 0;
        while let Some(at) = find_opening(text, from) {
            // All colons of a row belong to one mark.
            let colons = text[at..].bytes().take_while(|byte| *byte == b':').count();
            from = at + colons.max(1);
            if is_code(at) {
                continue;
            }
            let starts_line = at == 0 || text[..at].ends_with('\n');
            let rest = &text[at..];
            let directive = if rest.starts_with('[') {
                bracketed(rest, starts_line)
            } else {
                with_colons(rest, starts_line)
            };
            if let Some(Directive { length, said }) = directive {
                let copier = copier.get_or_insert_with(|| Copier::new(text, lines));
                copier.copy_up_to(at);
                for said in said {
                    copier.skip_to(at + said.start);
                    copier.copy_up_to(at + said.end);
                }
                copier.skip_to(at + length);
                from = at + length;
            }
        }
        let mut copier = copier?;
        copier.copy_up_to(text.len());
        Some(copier.prose)
    }
}

/// Whether the text has `[!` or `::` in it.
///
/// There is no branch for each byte, so that many are compared at a time: this is several times
/// faster than searching for one string and then for the other.
fn may_have_openings(text: &str) -> bool {
    let bytes = text.as_bytes();
    let next = bytes.get(1..).unwrap_or_default();
    let found = bytes.iter().zip(next).fold(0, |found, (&first, &second)| {
        let bracket = u8::from(first == b'[') & u8::from(second == b'!');
        let colons = u8::from(first == b':') & u8::from(second == b':');
        found | bracket | colons
    });
    found != 0
}

/// The first place from here on where a directive may begin.
fn find_opening(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes
            .get(at..)?
            .iter()
            .position(|byte| matches!(byte, b'[' | b':'))?;
        let rest = &bytes[at..];
        if rest.starts_with(b"[!") || rest.starts_with(b":::") {
            return Some(at);
        }
        at += 1;
    }
}

/// A directive at the start of a text.
struct Directive {
    /// Its length in bytes.
    length: usize,
    /// The parts of it that are prose.
    said: Vec<Range<usize>>,
}

/// A directive in brackets.
fn bracketed(text: &str, starts_line: bool) -> Option<Directive> {
    let is_name = |byte: &u8| byte.is_ascii_alphabetic();
    let name_length = text.bytes().skip(2).take_while(is_name).count();
    let name = text.get(2..2 + name_length)?;
    let after = &text[2 + name_length..];
    let is_any_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    let length = if starts_line && after.starts_with(']') && is_any_of(&NOTES) {
        name_length + 3
    } else if is_any_of(&BRACKETED) {
        closing_bracket(text)? + 1
    } else {
        return None;
    };
    Some(Directive {
        length,
        said: Vec::new(),
    })
}

/// The place of the bracket that closes the one at the start.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match byte {
            b'[' => open += 1,
            b']' if open <= 1 => return Some(at),
            b']' => open -= 1,
            _ => {}
        }
    }
    None
}

/// A directive that begins with three colons or more.
///
/// It ends with three colons, or else, at the start of a line, with the line. What it says is its
/// alternative text, and words that are neither its name nor an attribute: the title of a note.
fn with_colons(text: &str, starts_line: bool) -> Option<Directive> {
    let unmarked = text.trim_start_matches(':').trim_start_matches(' ');
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let name = &unmarked[..unmarked.bytes().take_while(is_name).count()];
    let is_inline = INLINE.iter().any(|known| name.eq_ignore_ascii_case(known));
    if !(is_inline || starts_line) {
        return None;
    }
    let content_at = text.len() - unmarked.len() + name.len();
    let content = &text[content_at..];
    let line_end = content.find('\n').unwrap_or(content.len());
    let within = if is_inline {
        content
    } else {
        &content[..line_end]
    };
    let (content, length) = match closing_colons(within) {
        Some(end) => {
            let colons = content[end..]
                .bytes()
                .take_while(|byte| *byte == b':')
                .count();
            (&content[..end], content_at + end + colons)
        }
        None if starts_line => (&content[..line_end], content_at + line_end),
        None => return None,
    };
    let said = said(content)
        .into_iter()
        .map(|said| content_at + said.start..content_at + said.end)
        .collect();
    Some(Directive { length, said })
}

/// The place of the three colons that end a directive; those in quotes do not.
fn closing_colons(content: &str) -> Option<usize> {
    let bytes = &content.as_bytes()[..content.len().min(LONGEST)];
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|byte| matches!(byte, b'"' | b':'))?;
        if bytes[at] == b'"' {
            at += 2 + bytes[at + 1..].iter().position(|byte| *byte == b'"')?;
        } else if bytes[at..].starts_with(b":::") {
            return Some(at);
        } else {
            at += 1;
        }
    }
}

/// The prose among the attributes of a directive.
fn said(content: &str) -> Vec<Range<usize>> {
    let mut said = Vec::new();
    let mut at = 0;
    while at < content.len() {
        let rest = &content[at..];
        let ends_word = |c: char| c.is_whitespace() || matches!(c, '=' | '{');
        let end = rest.find(ends_word).unwrap_or(rest.len());
        let word = &rest[..end];
        if rest[end..].starts_with('=') {
            let value = &rest[end + 1..];
            let (quote, length) = match value.strip_prefix('"') {
                Some(quoted) => (1, quoted.find('"').unwrap_or(quoted.len())),
                None => (0, value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            let value_at = at + end + 1 + quote;
            if word == "alt-text" {
                said.push(value_at..value_at + length);
            }
            at = (value_at + length + quote).min(content.len());
        } else if rest[end..].starts_with('{') {
            at += end
                + rest[end..]
                    .find('}')
                    .map_or(rest.len() - end, |close| close + 1);
        } else {
            let bare = word.trim_start_matches('[').trim_end_matches(']');
            if bare.chars().any(char::is_alphanumeric) {
                let start = at + word.len() - word.trim_start_matches('[').len();
                said.push(start..start + bare.len());
            }
            at += end + rest[end..].chars().next().map_or(0, char::len_utf8);
        }
    }
    said
}

/// Copies parts of a text, in ascending order, with their lines.
struct Copier<'t> {
    text: &'t str,
    at: usize,
    /// The lines of the file from the one at `at` on.
    lines: &'t [u32],
    prose: Prose,
}

impl<'t> Copier<'t> {
    fn new(text: &'t str, lines: &'t [u32]) -> Self {
        Self {
            text,
            at: 0,
            lines,
            prose: Prose::new(),
        }
    }

    fn copy_up_to(&mut self, end: usize) {
        let Some(part) = self.text.get(self.at..end) else {
            return;
        };
        for (nth, piece) in part.split('\n').enumerate() {
            let piece = if nth > 0 {
                self.prose.gap(Gap::Line);
                self.lines = self.lines.get(1..).unwrap_or_default();
                piece
            } else {
                piece.trim_start()
            };
            let line = self.lines.first().copied().unwrap_or_default();
            self.prose.push(piece, line);
        }
        self.at = end;
    }

    fn skip_to(&mut self, end: usize) {
        let skipped = self.text.get(self.at..end).unwrap_or_default();
        let ends = skipped.matches('\n').count();
        self.lines = self.lines.get(ends..).unwrap_or_default();
        self.prose.gap(Gap::Space);
        self.at = end;
    }
}

//! Pieces of text become the lines of a passage, each with its place in the file.

use std::ops::Range;

use gleaner_store::{Passage, PassageKind};

/// What separates two pieces of text that follow each other. The stronger one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Gap {
    /// Nothing: the pieces are parts of one word, as in `**bold**ly`.
    #[default]
    None,
    /// A space before a letter or a digit, as around an image; nothing before punctuation.
    Word,
    /// A space.
    Space,
    /// Two spaces, between the cells of a table row.
    Cell,
    /// The line ends here.
    Line,
}

/// Running text in the making.
///
/// Lines never are blank and never have blanks at their ends. A line of the file may end without
/// being seen here, inside a link's address or an HTML tag: then the text goes on in a new line at
/// the next blank, so that no word is torn and every line still has its place.
#[derive(Debug)]
pub(super) struct Prose {
    text: String,
    lines: Vec<u32>,
    gap: Gap,
    code: Vec<Range<usize>>,
    /// How much text and how many lines there were when text to be hidden began.
    hidden_from: Option<(usize, usize)>,
}

impl Prose {
    pub(super) fn new() -> Self {
        // Room for most passages, so that an article of many costs no further allocation here.
        Self {
            text: String::with_capacity(1_000),
            lines: Vec::with_capacity(50),
            gap: Gap::None,
            code: Vec::new(),
            hidden_from: None,
        }
    }

    /// Asks for a gap before the next piece.
    pub(super) fn gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Whether there is no text yet.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many bytes of text there are.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds a piece that stands in one line of the file.
    pub(super) fn push(&mut self, piece: &str, line: u32) {
        let Some(&last) = self.lines.last() else {
            let piece = piece.trim_start();
            if !piece.is_empty() {
                self.start_line(piece, line);
            }
            return;
        };
        if self.gap == Gap::None && line <= last {
            self.text.push_str(piece);
        } else if self.gap == Gap::Line || line > last {
            self.push_in_new_line(piece, line);
        } else {
            self.push_after_gap(piece);
        }
    }

    /// Adds a piece that may have line ends in it, which stand for blanks: they were written as
    /// character references, and the piece still comes from one line of the file.
    pub(super) fn push_with_line_ends(&mut self, piece: &str, line: u32) {
        for (nth, part) in piece.split(['\n', '\r']).enumerate() {
            if nth > 0 {
                self.gap(Gap::Space);
            }
            self.push(part, line);
        }
    }

    /// Adds a piece of inline code, where brackets and colons mean themselves.
    pub(super) fn push_code(&mut self, piece: &str, line: u32) {
        self.push(piece, line);
        let end = self.text.len();
        self.code.push(end.saturating_sub(piece.len())..end);
    }

    /// Adds a piece that is not on the same line as what was there before.
    fn push_in_new_line(&mut self, piece: &str, line: u32) {
        let torn = self.gap == Gap::None && !self.text.ends_with(char::is_whitespace);
        let (word, rest) = if torn {
            let end = piece.find(char::is_whitespace).unwrap_or(piece.len());
            piece.split_at(end)
        } else {
            ("", piece)
        };
        self.text.push_str(word);
        let trimmed = rest.trim_start();
        if !trimmed.is_empty() {
            self.start_line(trimmed, line);
        } else if !rest.is_empty() {
            self.gap = Gap::Line;
        }
    }

    /// Adds a piece on the same line, with the gap before it.
    fn push_after_gap(&mut self, piece: &str) {
        if self.gap == Gap::Cell {
            let piece = piece.trim_start();
            if !piece.is_empty() {
                self.trim_end();
                self.text.push_str("  ");
                self.text.push_str(piece);
                self.gap = Gap::None;
            }
            return;
        }
        let Some(first) = piece.chars().next() else {
            return;
        };
        let last = self.text.chars().next_back().unwrap_or(' ');
        let apart = match self.gap {
            Gap::Word => first.is_alphanumeric() && !is_opening(last),
            _ => !last.is_whitespace() && !first.is_whitespace(),
        };
        if apart {
            self.text.push(' ');
        }
        self.text.push_str(piece);
        self.gap = Gap::None;
    }

    fn start_line(&mut self, trimmed: &str, line: u32) {
        if !self.lines.is_empty() {
            self.trim_end();
            self.text.push('\n');
        }
        self.text.push_str(trimmed);
        self.lines.push(line);
        self.gap = Gap::None;
    }

    fn trim_end(&mut self) {
        self.text.truncate(self.text.trim_end().len());
    }

    /// From here on text is not for readers, if [`Prose::end_hiding`] follows before the end of
    /// the passage. Otherwise it stays: better too much text than too little.
    pub(super) fn start_hiding(&mut self) {
        let length = self.text.len();
        self.trim_end();
        if self.text.len() < length {
            self.gap(Gap::Space);
        }
        self.hidden_from = Some((self.text.len(), self.lines.len()));
    }

    /// Drops the text since [`Prose::start_hiding`].
    pub(super) fn end_hiding(&mut self) {
        if let Some((text, lines)) = self.hidden_from.take() {
            self.text.truncate(text);
            self.lines.truncate(lines);
            self.gap(Gap::Space);
        }
    }

    /// The text so far with the line of each of its lines, and the ranges that are code.
    pub(super) fn parts(&self) -> (&str, &[u32], &[Range<usize>]) {
        (&self.text, &self.lines, &self.code)
    }

    /// Removes ` {#name}` at the end, by which an author names a heading.
    pub(super) fn strip_anchor(&mut self) {
        let text = self.text.trim_end();
        let Some((before, name)) = text
            .strip_suffix('}')
            .and_then(|text| text.rsplit_once("{#"))
        else {
            return;
        };
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        let is_code = self.code.last().is_some_and(|code| code.end > before.len());
        // A line never starts with the blank, so what is cut lies within the last line.
        if !name.is_empty() && name.chars().all(is_name) && before.ends_with(' ') && !is_code {
            self.text.truncate(before.len());
        }
    }

    /// The finished passage, unless there is no text; afterwards all is empty again.
    pub(super) fn take(&mut self, kind: PassageKind) -> Option<Passage> {
        self.gap = Gap::None;
        self.hidden_from = None;
        if self.lines.is_empty() {
            return None;
        }
        self.trim_end();
        let passage = (!self.text.is_empty()).then(|| Passage {
            kind,
            text: self.text.as_str().to_owned(),
            lines: self.lines.as_slice().to_vec(),
        });
        self.text.clear();
        self.lines.clear();
        self.code.clear();
        passage
    }
}

/// Whether no space is wanted after this character.
fn is_opening(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '[' | '{' | '“' | '‘' | '«' | '/' | '-')
}

/// A code block in the making.
///
/// Indentation stays; blanks at the ends of lines and blank lines around the block go.
#[derive(Debug, Default)]
pub(super) struct CodeBlock {
    text: String,
    lines: Vec<u32>,
    /// Where the last line starts in the text.
    last_line: usize,
    line_is_over: bool,
}

impl CodeBlock {
    /// Adds text whose first line is `line` of the file, with a `\n` where the next one begins.
    pub(super) fn push(&mut self, text: &str, line: u32) {
        for (nth, piece) in text.split_inclusive('\n').enumerate() {
            let content = piece.strip_suffix('\n').unwrap_or(piece);
            if self.lines.is_empty() || self.line_is_over {
                self.start_line(line.saturating_add(nth as u32));
            }
            self.text.push_str(content);
            self.line_is_over = content.len() < piece.len();
        }
    }

    fn start_line(&mut self, line: u32) {
        let last = self.text[self.last_line..].trim_end().len();
        self.text.truncate(self.last_line + last);
        if self.text.is_empty() {
            // Blank lines before the first one with code are left out.
            self.lines.clear();
        } else {
            self.text.push('\n');
        }
        self.last_line = self.text.len();
        self.lines.push(line);
    }

    /// The finished passage, unless the block is blank; afterwards all is empty again.
    pub(super) fn take(&mut self) -> Option<Passage> {
        let text = self.text.trim_end();
        let passage = (!text.is_empty()).then(|| Passage {
            kind: PassageKind::Code,
            text: text.to_owned(),
            lines: self.lines[..=text.matches('\n').count()].to_vec(),
        });
        self.text.clear();
        self.lines.clear();
        self.last_line = 0;
        self.line_is_over = false;
        passage
    }
}

//! A block of HTML becomes passages.

use std::iter::Peekable;
use std::slice;

use gleaner_store::PassageKind;

use super::html::{self, Markup, Role, Scanner, TagMarkup};
use super::prose::Gap;
use super::reader::Reader;

/// The lines of an HTML block, gathered from the parser's events.
///
/// They are read together, because a tag or a comment may go over several lines.
#[derive(Debug, Default)]
pub(super) struct HtmlBlock {
    text: String,
    /// Where each piece that the parser gave begins, and the line in the file of its first line.
    pieces: Vec<(usize, u32)>,
}

/// Which ends of hidden text occur no more in what is left of the article, so that they need not
/// be looked for again.
#[derive(Debug, Default)]
pub(super) struct HiddenEnds {
    absent: Vec<&'static str>,
}

impl HtmlBlock {
    /// Adds text whose first line is `line` of the file.
    pub(super) fn push(&mut self, text: &str, line: u32) {
        self.pieces.push((self.text.len(), line));
        self.text.push_str(text);
    }

    /// Puts the block's text into the reader and leaves the block empty.
    ///
    /// `after` is the rest of the article, which starts at this byte of it.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>, after: &str, after_at: usize) {
        let mut walk = Walk {
            html: &self.text,
            at: 0,
            line: 0,
            pieces: self.pieces.iter().peekable(),
            reader,
            in_row: false,
            preformatted: false,
            after,
            after_at,
        };
        walk.run();
        self.text.clear();
        self.pieces.clear();
    }
}

/// A walk through an HTML block.
struct Walk<'w, 'm> {
    html: &'w str,
    at: usize,
    /// The line of the file at this place.
    line: u32,
    /// The pieces that begin further on.
    pieces: Peekable<slice::Iter<'w, (usize, u32)>>,
    reader: &'w mut Reader<'m>,
    /// Inside a table row, which stays together: the blocks in its cells are no passages.
    in_row: bool,
    /// Inside preformatted text, which is a code block.
    preformatted: bool,
    after: &'w str,
    after_at: usize,
}

impl Walk<'_, '_> {
    fn run(&mut self) {
        let mut scanner = Scanner::new(self.html);
        self.skip(0);
        while let Some(rest) = self.html.get(self.at..).filter(|rest| !rest.is_empty()) {
            let is_special = |byte: u8| matches!(byte, b'<' | b'&' | b'\n');
            let length = rest.bytes().position(is_special).unwrap_or(rest.len());
            self.put(&rest[..length]);
            self.at += length;
            // The next piece may begin here, with the line end that only then is of its line.
            self.skip(0);
            let rest = &rest[length..];
            match rest.as_bytes().first() {
                Some(b'\n') if self.preformatted => {
                    self.put("\n");
                    self.skip(1);
                }
                Some(b'\n') => {
                    self.reader.prose.gap(Gap::Line);
                    self.skip(1);
                }
                Some(b'&') => self.reference(rest),
                Some(_) => match scanner.markup(self.at) {
                    Some(Markup::Tag(tag)) => self.tag(tag),
                    Some(Markup::Silent(length)) => self.skip(length),
                    Some(Markup::OpenComment) => self.hide("-->", "<!--".len()),
                    None => {
                        self.put("<");
                        self.skip(1);
                    }
                },
                None => {}
            }
        }
        self.end_preformatted();
    }

    /// Adds text from the current line.
    fn put(&mut self, text: &str) {
        if self.preformatted {
            self.reader.code.push(text, self.line);
        } else {
            self.reader.prose.push(text, self.line);
        }
    }

    /// Goes on by so many bytes.
    fn skip(&mut self, length: usize) {
        let end = (self.at + length).min(self.html.len());
        let passed = self.html.get(self.at..end).unwrap_or_default();
        let ends = passed.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(ends as u32);
        self.at = end;
        while let Some((_, line)) = self.pieces.next_if(|(start, _)| *start <= self.at) {
            self.line = *line;
        }
    }

    fn reference(&mut self, rest: &str) {
        if let Some((meaning, length)) = html::reference(rest) {
            if self.preformatted {
                self.put(&meaning);
            } else {
                self.reader.prose.push_with_line_ends(&meaning, self.line);
            }
            self.skip(length);
        } else {
            self.put("&");
            self.skip(1);
        }
    }

    fn tag(&mut self, tag: TagMarkup) {
        let source = &self.html[self.at..self.at + tag.length];
        match tag.role {
            Role::Phrase => {}
            Role::Hidden(end_tag) if !tag.closing => return self.hide(end_tag, tag.length),
            _ if self.preformatted => {
                if tag.closing && tag.role == Role::Preformatted {
                    self.end_preformatted();
                }
            }
            Role::Image => self.reader.image(source, self.line),
            Role::Apart | Role::Hidden(_) => self.reader.prose.gap(Gap::Space),
            Role::Cell => self.reader.prose.gap(Gap::Cell),
            Role::Table | Role::Row => {
                self.reader.flush();
                self.in_row = tag.role == Role::Row && !tag.closing;
            }
            Role::Block | Role::Heading(_) | Role::Preformatted if self.in_row => {
                self.reader.prose.gap(Gap::Space);
            }
            Role::Block => self.reader.flush(),
            Role::Heading(level) => {
                self.reader.flush();
                if !tag.closing {
                    self.reader.kind = PassageKind::Heading(level);
                }
            }
            Role::Preformatted => {
                self.reader.flush();
                self.preformatted = !tag.closing;
            }
        }
        self.skip(tag.length);
    }

    fn end_preformatted(&mut self) {
        if std::mem::take(&mut self.preformatted) {
            self.reader.flush_code();
        }
    }

    /// Goes on behind hidden text, which begins with `opening` bytes and ends with `end`, in this
    /// block or after it. If it never ends, only its beginning is dropped: better too much text
    /// than too little.
    fn hide(&mut self, end: &'static str, opening: usize) {
        // An end tag says nothing and may stay; the end of a comment is no markup on its own.
        let end_length = if end.starts_with('<') { 0 } else { end.len() };
        let content = self.html.get(self.at + opening..).unwrap_or_default();
        if self.reader.hidden_ends.absent.contains(&end) {
            self.skip(opening);
        } else if let Some(found) = html::find_hidden_end(content, end) {
            self.skip(opening + found + end_length);
        } else if let Some(found) = html::find_hidden_end(self.after, end) {
            self.reader.hidden_until = self.after_at + found + end_length;
            self.skip(self.html.len());
        } else {
            self.reader.hidden_ends.absent.push(end);
            self.skip(opening);
        }
    }
}

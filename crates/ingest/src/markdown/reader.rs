//! The events of the Markdown parser become passages.

use std::io::BufRead;
use std::ops::Range;

use gleaner_store::{Passage, PassageKind};
use pulldown_cmark::{Event, Tag, TagEnd};

use super::directives::Directives;
use super::html::{self, Role};
use super::html_block::{HiddenEnds, HtmlBlock};
use super::prose::{CodeBlock, Gap, Prose};

/// Takes the parser's events in and gives passages out.
pub(super) struct Reader<'m> {
    lines: LineCursor<'m>,
    /// Where the text of the innermost block goes.
    block: Block,
    pub(super) prose: Prose,
    pub(super) code: CodeBlock,
    html: HtmlBlock,
    /// What the prose is, until its passage ends.
    pub(super) kind: PassageKind,
    /// How many block quotes are open.
    quotes: usize,
    /// How much prose there was at the end of the last link.
    link_end: usize,
    /// Up to this byte the text is not for readers: a comment or a script began in an HTML block
    /// that a blank line ended.
    pub(super) hidden_until: usize,
    pub(super) hidden_ends: HiddenEnds,
    directives: Directives,
    passages: Vec<Passage>,
}

/// The kinds of block, by what their text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Prose,
    Code,
    Html,
}

impl<'m> Reader<'m> {
    /// A reader for the events of `markdown`, whose first line is `first_line` of the file.
    pub(super) fn new(markdown: &'m str, first_line: u32) -> Self {
        Self {
            lines: LineCursor::new(markdown, first_line),
            block: Block::Prose,
            prose: Prose::new(),
            code: CodeBlock::default(),
            html: HtmlBlock::default(),
            kind: PassageKind::Prose,
            quotes: 0,
            link_end: 0,
            hidden_until: 0,
            hidden_ends: HiddenEnds::default(),
            directives: Directives::of(markdown),
            // About as many as documentation has; news has fewer.
            passages: Vec::with_capacity(markdown.len() / 128),
        }
    }

    /// The passages of all events.
    pub(super) fn finish(mut self) -> Vec<Passage> {
        self.flush();
        self.passages
    }

    /// Takes the next event, which stems from this range of the text.
    pub(super) fn event(&mut self, event: Event<'m>, range: Range<usize>) {
        match event {
            Event::Text(text) | Event::Html(text) => self.text(&text, range),
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag, range.end),
            Event::SoftBreak | Event::HardBreak => self.prose.gap(Gap::Line),
            Event::Code(code) => self.inline_code(&code, range),
            Event::InlineHtml(tag) => self.inline_html(&tag, range.start),
            Event::FootnoteReference(_) => self.prose.gap(Gap::Word),
            Event::Rule => self.flush(),
            // A check box says nothing in words, and mathematics is not asked for.
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::Link { .. } => {
                // Links that touch are entries of a menu and not parts of one word.
                if self.prose.len() == self.link_end {
                    self.prose.gap(Gap::Word);
                }
            }
            Tag::Image { .. } => self.prose.gap(Gap::Word),
            Tag::TableCell => self.prose.gap(Gap::Cell),
            _ => {
                self.flush();
                match tag {
                    Tag::Heading { level, .. } => self.kind = PassageKind::Heading(*level as u8),
                    Tag::CodeBlock(_) => self.block = Block::Code,
                    Tag::HtmlBlock => self.block = Block::Html,
                    Tag::BlockQuote(_) => self.quotes += 1,
                    _ => {}
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd, end: usize) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::TableCell => {}
            TagEnd::Link => self.link_end = self.prose.len(),
            TagEnd::Image => self.prose.gap(Gap::Word),
            TagEnd::CodeBlock => {
                self.block = Block::Prose;
                self.flush_code();
            }
            TagEnd::HtmlBlock => {
                self.block = Block::Prose;
                let mut html = std::mem::take(&mut self.html);
                let after = self.lines.text.get(end..).unwrap_or_default();
                html.read(self, after, end);
                self.html = html;
                self.flush();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            _ => self.flush(),
        }
    }

    fn text(&mut self, mut text: &str, mut range: Range<usize>) {
        if range.start < self.hidden_until {
            // The last of the hidden text may share its event with what follows.
            let hidden = self.hidden_until - range.start;
            let is_verbatim = text.len() == range.len();
            match text.get(hidden..) {
                Some(rest) if is_verbatim => text = rest,
                _ => return,
            }
            range.start = self.hidden_until;
        }
        let line = self.lines.line_at(range.start);
        match self.block {
            // What the parser took over as it stands has no line ends in it.
            Block::Prose if text.len() == range.len() => self.prose.push(text, line),
            Block::Prose => self.prose.push_with_line_ends(text, line),
            Block::Code => self.code.push(text, line),
            Block::Html => self.html.push(text, line),
        }
    }

    fn inline_code(&mut self, code: &str, range: Range<usize>) {
        if range.start < self.hidden_until {
            return;
        }
        let line = self.lines.line_at(range.start);
        if range.end <= self.lines.next {
            self.prose.push_code(code, line);
            return;
        }
        // The parser makes blanks of the line ends in code, so the source is read instead.
        let source = self.lines.text.get(range).unwrap_or_default();
        let inner = source.trim_matches('`');
        for (nth, piece) in inner.split('\n').enumerate() {
            if nth > 0 {
                self.prose.gap(Gap::Line);
                let line = line.saturating_add(nth as u32);
                self.prose
                    .push_code(after_quote_marks(piece, self.quotes), line);
            } else {
                self.prose.push_code(piece, line);
            }
        }
    }

    fn inline_html(&mut self, source: &str, start: usize) {
        let tag = source.strip_prefix('<').and_then(html::tag);
        let Some(tag) = tag.filter(|_| start >= self.hidden_until) else {
            return;
        };
        match tag.role {
            Role::Phrase => {}
            Role::Image => {
                let line = self.lines.line_at(start);
                self.image(source, line);
            }
            Role::Hidden(_) if tag.closing => self.prose.end_hiding(),
            Role::Hidden(_) => self.prose.start_hiding(),
            _ => self.prose.gap(Gap::Space),
        }
    }

    /// Puts an image's alternative text in its place, given its HTML tag.
    pub(super) fn image(&mut self, tag: &str, line: u32) {
        self.prose.gap(Gap::Word);
        if let Some(text) = html::alternative_text(tag) {
            self.prose.push_with_line_ends(&text, line);
            self.prose.gap(Gap::Word);
        }
    }

    /// Ends the passage, if one was begun.
    pub(super) fn flush(&mut self) {
        if self.prose.is_empty() {
            self.kind = PassageKind::Prose;
            return;
        }
        if self.directives.are_possible()
            && let Some(prose) = Directives::without(&self.prose)
        {
            self.prose = prose;
        }
        if matches!(self.kind, PassageKind::Heading(_)) {
            self.prose.strip_anchor();
        }
        self.passages.extend(self.prose.take(self.kind));
        self.kind = PassageKind::Prose;
        self.link_end = 0;
    }

    /// Ends the code block.
    pub(super) fn flush_code(&mut self) {
        self.passages.extend(self.code.take());
    }
}

/// The text after the marks of so many open quotes, or of fewer, for a quoted paragraph may leave
/// them out.
fn after_quote_marks(mut line: &str, quotes: usize) -> &str {
    for _ in 0..quotes {
        match line.trim_start_matches([' ', '\t']).strip_prefix('>') {
            Some(rest) => line = rest,
            None => break,
        }
    }
    line
}

/// Tells the line of places in a text that come in ascending order, going over the text once.
struct LineCursor<'m> {
    text: &'m str,
    line: u32,
    /// Where the next line starts, if there is one.
    next: usize,
    /// The text from there on.
    rest: &'m [u8],
}

impl<'m> LineCursor<'m> {
    fn new(text: &'m str, line: u32) -> Self {
        let mut cursor = Self {
            text,
            line,
            next: 0,
            rest: text.as_bytes(),
        };
        cursor.find_next();
        cursor
    }

    fn line_at(&mut self, place: usize) -> u32 {
        while self.next <= place {
            self.line = self.line.saturating_add(1);
            self.find_next();
        }
        self.line
    }

    fn find_next(&mut self) {
        // For the short way to the next line end, `str::find` takes longer to set up.
        let length = self.rest.skip_until(b'\n').unwrap_or_default();
        let end = self.next + length;
        let has_next = length > 0 && self.text.as_bytes()[end - 1] == b'\n';
        self.next = if has_next { end } else { usize::MAX };
    }
}

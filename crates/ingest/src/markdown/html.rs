//! HTML inside Markdown: where a tag ends, what it does to the text around it, and what it says.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser};

/// What a tag means for the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of the running text: nothing separates what stands before and after the tag.
    Phrase,
    /// Words before and after the tag are apart: a line break, or an element nobody knows.
    Apart,
    /// An image, whose alternative text stands for it.
    Image,
    /// A block of its own.
    Block,
    /// A table, which ends any row.
    Table,
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell,
    /// A heading of this level.
    Heading(u8),
    /// Preformatted text.
    Preformatted,
    /// An element whose content is not for readers, up to this end tag.
    Hidden(&'static str),
}

/// Markup that begins with `<`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// A tag.
    Tag(TagMarkup),
    /// A comment, declaration or instruction of this length.
    Silent(usize),
    /// The start of a comment that has no end in the text given.
    OpenComment,
}

/// A start tag or an end tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TagMarkup {
    /// What the element means.
    pub(super) role: Role,
    /// Whether it is an end tag.
    pub(super) closing: bool,
    /// The length in bytes, with `<` and `>`.
    pub(super) length: usize,
}

/// Finds the markup in a piece of HTML, given places in ascending order.
#[derive(Debug)]
pub(super) struct Scanner<'h> {
    html: &'h str,
    /// Ends of comments and the like of which there are no more: they are not looked for again,
    /// or a text of nothing but `<?` would take time that grows with its square.
    absent: [bool; ENDS.len()],
}

/// What ends each kind of markup that is not a tag.
const ENDS: [&str; 4] = ["-->", "]]>", "?>", ">"];

impl<'h> Scanner<'h> {
    pub(super) fn new(html: &'h str) -> Self {
        Self {
            html,
            absent: [false; ENDS.len()],
        }
    }

    /// The markup at this place, or nothing if the `<` there is just a character.
    pub(super) fn markup(&mut self, at: usize) -> Option<Markup> {
        let rest = self.html.get(at..)?.strip_prefix('<')?;
        if rest.starts_with("!--") {
            // `<!-->` is a comment too.
            let comment = self.silent(0, at, 2);
            return comment.or(Some(Markup::OpenComment));
        }
        if rest.starts_with("![CDATA[") {
            return self.silent(1, at, 9);
        }
        match rest.as_bytes().first()? {
            b'?' => self.silent(2, at, 2),
            b'!' => self.silent(3, at, 2),
            _ => tag(rest).map(Markup::Tag),
        }
    }

    /// Markup that goes from `at` to the first of its ends after `opening` bytes.
    fn silent(&mut self, end: usize, at: usize, opening: usize) -> Option<Markup> {
        if self.absent[end] {
            return None;
        }
        let found = self
            .html
            .get(at + opening..)
            .and_then(|rest| rest.find(ENDS[end]));
        self.absent[end] = found.is_none();
        found.map(|found| Markup::Silent(opening + found + ENDS[end].len()))
    }
}

/// The tag whose `<` stands before `rest`.
pub(super) fn tag(rest: &str) -> Option<TagMarkup> {
    let (closing, named) = match rest.strip_prefix('/') {
        Some(named) => (true, named),
        None => (false, rest),
    };
    let name = tag_name(named)?;
    let attributes = &named[name.len()..];
    // Neither an address in angle brackets nor `<T, U>` is a tag.
    let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    if name.ends_with(':') || !attributes.as_bytes().first().is_some_and(ends_name) {
        return None;
    }
    let attributes = attributes_length(attributes.as_bytes())?;
    Some(TagMarkup {
        role: role(name),
        closing,
        length: 1 + usize::from(closing) + name.len() + attributes,
    })
}

/// The name at the start of a tag, after `<` or `</`.
fn tag_name(rest: &str) -> Option<&str> {
    if !rest.as_bytes().first()?.is_ascii_alphabetic() {
        return None;
    }
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'.');
    let length = rest.bytes().take_while(is_name).count();
    Some(&rest[..length])
}

/// The bytes from the end of a tag's name up to and with its `>`.
///
/// A `>` inside quotes does not end the tag, unless reading quotes that way finds no end before
/// the next `<`: an apostrophe that was forgotten must not swallow the text. Stopping at `<` also
/// keeps the search from going over the same text again and again.
fn attributes_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = position(&bytes[at..], |byte| {
        matches!(byte, b'<' | b'>' | b'"' | b'\'')
    }) {
        at += found;
        match bytes[at] {
            b'>' => return Some(at + 1),
            b'<' => break,
            quote => match position(&bytes[at + 1..], |byte| byte == quote) {
                Some(end) => at += end + 2,
                None => break,
            },
        }
    }
    let end = position(bytes, |byte| matches!(byte, b'<' | b'>'))?;
    (bytes[end] == b'>').then_some(end + 1)
}

fn position(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.iter().position(|byte| wanted(*byte))
}

/// What an element of this name means; names are not case-sensitive.
fn role(name: &str) -> Role {
    let mut lower = [0; 12];
    let Some(lower) = lower.get_mut(..name.len()) else {
        return Role::Apart;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"a" | b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code"
        | b"data" | b"del" | b"dfn" | b"em" | b"font" | b"i" | b"ins" | b"kbd" | b"label"
        | b"mark" | b"nobr" | b"q" | b"s" | b"samp" | b"small" | b"span" | b"strike"
        | b"strong" | b"sub" | b"sup" | b"time" | b"tt" | b"u" | b"var" | b"wbr" => Role::Phrase,
        b"img" => Role::Image,
        b"td" | b"th" => Role::Cell,
        b"tr" => Role::Row,
        b"table" => Role::Table,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Role::Heading(lower[1] - b'0'),
        b"pre" => Role::Preformatted,
        b"script" => Role::Hidden("</script"),
        b"style" => Role::Hidden("</style"),
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"caption" | b"center"
        | b"col" | b"colgroup" | b"dd" | b"details" | b"dialog" | b"dir" | b"div" | b"dl"
        | b"dt" | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"form" | b"head"
        | b"header" | b"hr" | b"html" | b"legend" | b"li" | b"main" | b"menu" | b"nav" | b"ol"
        | b"optgroup" | b"option" | b"p" | b"section" | b"select" | b"summary" | b"tbody"
        | b"template" | b"textarea" | b"tfoot" | b"thead" | b"title" | b"ul" => Role::Block,
        _ => Role::Apart,
    }
}

/// Where the end of hidden text first stands: `-->`, or an end tag in lower case without its `>`.
pub(super) fn find_hidden_end(html: &str, end: &str) -> Option<usize> {
    if !end.starts_with("</") {
        return html.find(end);
    }
    let is_here = |at: &usize| {
        let found = html.as_bytes().get(*at..*at + end.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(end.as_bytes()))
    };
    html.match_indices("</").map(|(at, _)| at).find(is_here)
}

/// The alternative text of an image, given its whole tag.
pub(super) fn alternative_text(tag: &str) -> Option<Cow<'_, str>> {
    let mut rest = tag.get(4..)?;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let name_end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))?;
        let name = &rest[..name_end];
        let after = rest[name_end..].trim_start();
        let Some(value) = after.strip_prefix('=') else {
            // An attribute without a value, or a stray sign, which must not stop the loop.
            rest = if name.is_empty() {
                after.get(1..)?
            } else {
                after
            };
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split_once(quote)?,
            _ => value.split_at(value.find(|c: char| c.is_whitespace() || c == '>')?),
        };
        if name.eq_ignore_ascii_case("alt") {
            return Some(decode_references(value));
        }
        rest = after;
    }
}

/// The text with its character references (`&amp;`, `&#8212;`) decoded.
fn decode_references(text: &str) -> Cow<'_, str> {
    let Some(mut at) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((meaning, length)) = reference(rest) {
            decoded.push_str(&meaning);
            rest = &rest[length..];
        } else if let Some(after) = rest.strip_prefix('&') {
            decoded.push('&');
            rest = after;
        }
        match rest.find('&') {
            Some(next) => at = next,
            None => break,
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The meaning of the character reference at the start of the text, and its length.
pub(super) fn reference(text: &str) -> Option<(Cow<'static, str>, usize)> {
    // The longest name of HTML has 31 letters.
    let length = text.bytes().take(34).position(|byte| byte == b';')? + 1;
    let meaning = match &text[..length] {
        "&amp;" => "&",
        "&lt;" => "<",
        "&gt;" => ">",
        "&quot;" => "\"",
        "&nbsp;" => "\u{a0}",
        other => return reference_in_markdown(other).map(|meaning| (meaning, length)),
    };
    Some((Cow::Borrowed(meaning), length))
}

/// Asks the Markdown parser, which knows the two thousand names of HTML, what a reference means.
fn reference_in_markdown(reference: &str) -> Option<Cow<'static, str>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'&' | b'#' | b';');
    if !reference.bytes().all(is_plain) {
        return None;
    }
    let mut meaning = String::new();
    for event in Parser::new(reference) {
        if let Event::Text(text) = event {
            meaning.push_str(&text);
        }
    }
    (meaning != reference).then_some(Cow::Owned(meaning))
}

//! Which characters separate words, which quote, and which say nothing.

/// Whether a character separates pieces of a query.
///
/// Besides Unicode white space these are control characters and the invisible marks that come along
/// with pasted text: zero-width spaces, byte order marks, and marks that steer the direction of
/// writing. The joiners inside Persian words and emoji are not among them.
pub(super) fn is_blank(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_whitespace() || c.is_ascii_control();
    }
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{061C}'
                | '\u{180E}'
                | '\u{200B}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
        )
}

/// Whether there is anything in a text to look for: a letter, a digit, or a symbol such as an emoji
/// that is not mere punctuation.
pub(super) fn is_searchable(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_alphanumeric() || !(c.is_ascii() || is_blank(c) || is_wide_punctuation(c)))
}

/// Whether a character outside ASCII that is no letter and no digit is mere punctuation.
fn is_wide_punctuation(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{BF}'
            | '×'
            | '÷'
            // General punctuation, among it dashes, bullets and joiners; currency signs.
            | '\u{2000}'..='\u{206F}'
            | '\u{20A0}'..='\u{20CF}'
            // Arrows, and the lines, boxes and discs that lists are drawn with.
            | '\u{2190}'..='\u{21FF}'
            | '\u{2500}'..='\u{25FF}'
            | '\u{2E00}'..='\u{2E7F}'
            // Chinese, Japanese and Korean punctuation, and the full-width forms of ASCII.
            | '\u{3000}'..='\u{303F}'
            | '\u{30FB}'
            | '\u{FF00}'..='\u{FFEF}'
            // Variation selectors and the vertical and small forms of punctuation.
            | '\u{FE00}'..='\u{FE6F}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// The quotes that close a phrase opened by `c`, or nothing where `c` opens none.
///
/// English, Swedish and Chinese writers close with `”`, German ones with `“` or `«`; keyboards that
/// make one of a pair curly and leave the other straight are common.
pub(super) fn closers(c: char) -> Option<&'static [char]> {
    match c {
        '"' => Some(&['"']),
        '“' | '”' | '‟' => Some(&['”', '"']),
        '„' => Some(&['“', '”', '"']),
        '«' => Some(&['»']),
        '»' => Some(&['«']),
        _ => None,
    }
}

/// Whether a character is a quote; each of them opens a phrase in some language.
pub(super) fn is_quote(c: char) -> bool {
    closers(c).is_some()
}

/// Whether a character is outside ASCII and belongs to no script with small and capital letters:
/// those that are written without blanks, and their punctuation.
pub(super) fn is_wide(c: char) -> bool {
    !c.is_ascii() && !c.is_lowercase() && !c.is_uppercase()
}

/// Whether a text is a field name: a letter or `_`, then letters, digits, `_`, `.` and `-`, all ASCII.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(is_name_byte)
}

/// Whether a byte may stand in a field name.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// The length of an emoticon such as `:-)` that is the whole piece at the start of `text`.
///
/// Its parenthesis neither opens nor closes a group.
pub(super) fn emoticon(text: &str) -> Option<usize> {
    let face = text.strip_prefix([':', ';', '='])?;
    let face = face.strip_prefix(['-', '\'']).unwrap_or(face);
    let rest = face.trim_start_matches(['(', ')']);
    let whole = rest.len() < face.len() && rest.chars().next().is_none_or(is_blank);
    whole.then_some(text.len() - rest.len())
}

/// Which operator a whole piece may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
}

impl Operator {
    pub(super) fn of(piece: &str) -> Option<Self> {
        match piece {
            "AND" => Some(Operator::And),
            "OR" => Some(Operator::Or),
            "NOT" => Some(Operator::Not),
            _ => None,
        }
    }
}

/// What `AND`, `OR` and `NOT` are in one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capitals {
    /// Operators.
    Operators,
    /// Words, like all the other words in capitals: a pasted headline.
    Headline,
    /// Words, there being nothing else to work on.
    Alone,
}

impl Capitals {
    /// Decides by the other words: capitals stand out beside lower-case letters, and beside scripts
    /// and numbers that have no case, but not beside other capitals.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Capitals::Alone;
        for piece in text.split(|c| is_blank(c) || matches!(c, '(' | ')')) {
            if Operator::of(piece).is_some() {
                continue;
            }
            for c in piece.chars() {
                if c.is_lowercase() {
                    return Capitals::Operators;
                }
                if c.is_uppercase() {
                    found = Capitals::Headline;
                } else if found == Capitals::Alone && c.is_alphanumeric() {
                    found = Capitals::Operators;
                }
            }
        }
        found
    }
}

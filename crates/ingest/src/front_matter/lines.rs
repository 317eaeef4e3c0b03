//! What a single line of front matter looks like, for all that is done without a parser.

/// The language a block is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Yaml,
    Toml,
}

/// What a line could be, seen by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A key, an item, or part of the value before it.
    Keys,
    /// A blank line or a comment, which says nothing either way.
    Unclear,
    /// A sentence.
    Prose,
}

impl Format {
    /// The format that this line opens a block of.
    pub(super) fn of_fence(line: &str) -> Option<Self> {
        match line.trim_end_matches(BLANKS) {
            "---" => Some(Self::Yaml),
            "+++" => Some(Self::Toml),
            _ => None,
        }
    }

    /// Whether the line, with or without its end, closes a block.
    pub(super) fn closes(self, line: &str) -> bool {
        // Most lines differ from a fence in their first byte.
        if !line.starts_with(['-', '.', '+']) {
            return false;
        }
        let fence = line.trim_end_matches(['\n', ' ', '\t']);
        match self {
            Self::Yaml => matches!(fence, "---" | "..."),
            Self::Toml => fence == "+++",
        }
    }

    /// What the line, with or without its end, could be.
    pub(super) fn look(self, line: &str) -> Look {
        let line = line.trim_end();
        let start = line.trim_start_matches(BLANKS);
        if start.is_empty() || start.starts_with('#') {
            Look::Unclear
        } else if start.len() < line.len()
            || start.starts_with([']', '}'])
            || self.is_key(line)
            || (self == Self::Yaml && item_line(line).is_some())
        {
            Look::Keys
        } else {
            Look::Prose
        }
    }

    fn is_key(self, line: &str) -> bool {
        match self {
            Self::Yaml => name_line(line).is_some(),
            Self::Toml => toml_line(line).is_some() || toml_header(line).is_some(),
        }
    }

    /// Whether the first line that is not a comment is a key, and no blank line comes before it.
    pub(super) fn starts_with_key(self, source: &str) -> bool {
        let is_comment = |line: &&str| line.trim_start_matches(BLANKS).starts_with('#');
        let first = source
            .lines()
            .find(|line| !is_comment(line))
            .unwrap_or_default();
        !starts_blank(source) && self.is_key(first.trim_matches(BLANKS))
    }

    /// Whether a block that does not parse is front matter all the same.
    pub(super) fn is_mostly_keys(self, source: &str) -> bool {
        let count = |look| {
            source
                .lines()
                .filter(|line| self.look(line) == look)
                .count()
        };
        self.starts_with_key(source) && count(Look::Keys) > count(Look::Prose)
    }
}

/// Whether the first line is blank.
pub(super) fn starts_blank(source: &str) -> bool {
    source
        .lines()
        .next()
        .is_some_and(|line| line.trim().is_empty())
}

/// The lines that end within the first `limit` bytes.
pub(super) fn start_of(source: &str, limit: usize) -> &str {
    if source.len() <= limit {
        return source;
    }
    // A line end is one byte, and so no character is cut.
    let end = source.as_bytes()[..limit]
        .iter()
        .rposition(|&byte| byte == b'\n');
    &source[..end.map_or(0, |at| at + 1)]
}

/// A line `key: value`, or `key = value` in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyLine<'t> {
    /// The key without its quotes.
    pub(super) key: &'t str,
    /// What follows on the line, without blanks at either end.
    pub(super) value: &'t str,
}

/// A longer key is taken for a sentence with a colon in it.
const LONGEST_KEY: usize = 64;

const BLANKS: [char; 2] = [' ', '\t'];

/// Reads a YAML line that starts with a key; `line` starts at the key.
pub(super) fn key_line(line: &str) -> Option<KeyLine<'_>> {
    let (key, rest) = match line.as_bytes().first()? {
        b'"' | b'\'' => {
            let (key, rest) = quoted(line)?;
            (
                key,
                rest.trim_start_matches(BLANKS)
                    .strip_prefix(':')
                    .filter(|rest| ends_key(rest))?,
            )
        }
        b'#' | b'[' | b']' | b'{' | b'}' | b',' | b'%' | b'@' | b'`' | b'|' | b'>' | b'!'
        | b'&' | b'*' => return None,
        b'-' | b'?' if ends_key(&line[1..]) => return None,
        _ => {
            let colon = line
                .match_indices(':')
                .find(|(at, _)| ends_key(&line[at + 1..]))?
                .0;
            (line[..colon].trim_end_matches(BLANKS), &line[colon + 1..])
        }
    };
    (!key.is_empty()).then_some(KeyLine {
        key,
        value: rest.trim_matches(BLANKS),
    })
}

/// A key line whose key reads like a name.
pub(super) fn name_line(line: &str) -> Option<KeyLine<'_>> {
    key_line(line).filter(|line| is_name(line.key))
}

/// Whether a key reads like a name rather than like the start of a sentence.
pub(super) fn is_name(key: &str) -> bool {
    let mut pairs = key.as_bytes().windows(2);
    let ends_clause = |sign: u8| matches!(sign, b',' | b'.' | b';' | b'!' | b'?');
    let is_sentence = pairs.any(|pair| ends_clause(pair[0]) && pair[1] == b' ');
    key.chars().nth(LONGEST_KEY).is_none() && !is_sentence
}

/// What a list's line holds after its dash, and how many bytes come before that.
pub(super) fn item_line(line: &str) -> Option<(&str, usize)> {
    let rest = line.strip_prefix('-').filter(|rest| ends_key(rest))?;
    let item = rest.trim_start_matches(BLANKS);
    Some((item, line.len() - item.len()))
}

/// Reads a TOML line `key = value`; the key may be dotted or quoted.
pub(super) fn toml_line(line: &str) -> Option<KeyLine<'_>> {
    let (key, rest) = if line.starts_with(['"', '\'']) {
        let (key, rest) = quoted(line)?;
        (key, rest.trim_start_matches(BLANKS).strip_prefix('=')?)
    } else {
        let (key, rest) = line.split_once('=')?;
        (key.trim_end_matches(BLANKS), rest)
    };
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    let fits = !key.is_empty() && (line.starts_with(['"', '\'']) || key.chars().all(is_key));
    fits.then_some(KeyLine {
        key,
        value: rest.trim_matches(BLANKS),
    })
}

/// The name of a TOML table line, `[name]` or `[[name]]`, and whether it is of the second kind.
pub(super) fn toml_header(line: &str) -> Option<(&str, bool)> {
    let line = line.trim_matches(BLANKS);
    if let Some(name) = line
        .strip_prefix("[[")
        .and_then(|rest| rest.split_once("]]"))
    {
        return Some((name.0.trim(), true));
    }
    let (name, _) = line.strip_prefix('[')?.split_once(']')?;
    Some((name.trim(), false))
}

/// A YAML alias to an anchor that is set more than once: the name and the byte of the alias.
pub(super) fn alias_to_two(source: &str) -> Option<(&str, usize)> {
    let mut anchors: Vec<&str> = names_after(source, '&').map(|(name, _)| name).collect();
    anchors.sort_unstable();
    let mut twice: Vec<&str> = anchors
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    twice.dedup();
    if twice.is_empty() {
        return None;
    }
    names_after(source, '*').find(|(name, _)| twice.binary_search(name).is_ok())
}

/// What stands like an anchor or an alias, with the byte of its sign.
fn names_after(source: &str, sign: char) -> impl Iterator<Item = (&str, usize)> {
    let borders = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
    let signs = source.match_indices(sign).map(|(at, _)| at);
    signs
        .filter(move |&at| source[..at].ends_with(borders))
        .filter_map(move |at| {
            let name = source[at + 1..].split(borders).next()?;
            (!name.is_empty()).then_some((name, at))
        })
}

/// Whether the text after a colon or a dash lets it be one of YAML's signs.
fn ends_key(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(BLANKS)
}

/// The inside of the quoted text at the start of a line, and what follows it.
fn quoted(line: &str) -> Option<(&str, &str)> {
    let quote = line.chars().next()?;
    let mut escaped = false;
    for (at, c) in line.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if c == quote => return Some((&line[1..at], &line[at + 1..])),
            _ => {}
        }
    }
    None
}

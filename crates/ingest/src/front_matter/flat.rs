//! Reads the YAML that most front matters are: keys at the margin, each with one line of text, a whole
//! number or a list of these. It needs no parser, which takes several times as long.
//!
//! Whatever is not plainly of this form is left to the parser; what is read here is what the parser
//! reads.

use super::tree::Node;

/// A longer key is left to the parser, which takes none of more than 1,024 characters.
const LONGEST_KEY: usize = 128;

/// More keys are left to the parser: they are compared with each other.
const MOST_KEYS: usize = 100;

/// The keys of a block and their values; `None` if it may be anything but keys, texts, whole numbers
/// and lists of these, or has a key twice.
pub(super) fn yaml(source: &str) -> Option<Vec<(String, Node)>> {
    let mut root: Vec<(String, Node)> = Vec::new();
    let mut indent = None;
    for line in source.lines() {
        if !line.chars().all(is_taken) {
            return None;
        }
        let text = line.trim_start_matches(' ');
        if text.is_empty() {
            continue;
        }
        if let Some(item) = text.strip_prefix("- ") {
            let (_, list) = root.last_mut()?;
            let width = line.len() - text.len();
            match list {
                Node::Null => *list = Node::List(vec![value(item)?]),
                Node::List(items) if indent == Some(width) => items.push(value(item)?),
                _ => return None,
            }
            indent = Some(width);
        } else {
            let (key, rest) = match line.split_once(": ") {
                Some((key, rest)) => (key, rest.trim_start_matches(' ')),
                None => (line.strip_suffix(':')?, ""),
            };
            let is_new = root.iter().all(|(before, _)| before != key);
            if !is_key(key) || !is_new || root.len() == MOST_KEYS {
                return None;
            }
            let node = if rest.is_empty() {
                Node::Null
            } else {
                value(rest)?
            };
            root.push((key.to_owned(), node));
        }
    }
    (!root.is_empty()).then_some(root)
}

/// Whether a character means nothing but itself within a line, unless it is one of YAML's signs. It
/// is no tab, end of a line, byte order mark or control character.
fn is_taken(c: char) -> bool {
    let is_apart = matches!(
        c,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    );
    matches!(c, ' '..='~' | '\u{a1}'..) && !is_apart
}

/// Whether this is a key that needs no quotes and has none.
fn is_key(key: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
    key.len() <= LONGEST_KEY
        && key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.bytes().all(is_part)
}

/// The value of a line; `None` if it is not plainly a text or a whole number.
fn value(line: &str) -> Option<Node> {
    let text = line.trim_matches(' ');
    let first = *text.as_bytes().first()?;
    let text = match first {
        b'\'' | b'"' => {
            let inner = text[1..].strip_suffix(char::from(first))?;
            let ends_early = inner.bytes().any(|byte| byte == first || byte == b'\\');
            (!ends_early).then_some(inner)?
        }
        b'1'..=b'9' if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            // Numbers too large for this are not plainly one thing or the other.
            return text.parse().ok().map(Node::Integer);
        }
        _ => is_plain_text(text).then_some(text)?,
    };
    Some(Node::Text(text.to_owned()))
}

/// Whether a value without quotes is the text it looks like.
fn is_plain_text(text: &str) -> bool {
    let first = text.as_bytes()[0];
    let is_text = match first {
        b'a'..=b'z' | b'A'..=b'Z' => {
            let words = ["true", "false", "null"];
            !words.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        // Numbers in another base have a letter after a zero; all others read as decimals.
        b'0'..=b'9' => {
            let has_base =
                first == b'0' && matches!(text.as_bytes().get(1), Some(b'x' | b'o' | b'b'));
            !has_base && text.parse::<f64>().is_err()
        }
        b'_' | b'/' | b'<' | b'(' | b'$' => true,
        _ => false,
    };
    is_text && !text.ends_with(':') && !text.contains(": ") && !text.contains(" #")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const PIECES: [&str; 53] = [
        "::",
        "_",
        "/",
        "<",
        "(",
        "\u{a0}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "title",
        "ms.date",
        "a",
        "true",
        "Null",
        "x-y_z",
        ":",
        ": ",
        ":\n",
        "\n",
        "\n",
        "- ",
        "-",
        "  - ",
        " ",
        "  ",
        "\t",
        "#",
        " #",
        "'",
        "\"",
        "\\",
        "12",
        "9223372036854775807",
        "9223372036854775808",
        "0x1F",
        "007",
        "1e5",
        "1e-5",
        "05/31/2018",
        "8C5C-41B6",
        "inf",
        "nan",
        "1_000",
        "&a",
        "*a",
        "[",
        "]",
        "{",
        "!tag",
        "|",
        "---",
        "<<",
        "\u{e9}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn what_is_read_is_what_the_parser_reads(
            lines in prop::collection::vec(
                (select(&["", "- ", "  - ", "a: ", "b: ", "ms.c: ", "d:\n- ", "e:\n  - "][..]),
                    prop::collection::vec(select(&PIECES[..]), 0..5)),
                0..5),
        ) {
            let lines: Vec<String> =
                lines.iter().map(|(start, rest)| start.to_string() + &rest.concat()).collect();
            let source = lines.join("\n");
            if let Some(root) = yaml(&source) {
                let content = super::super::parse_any_yaml(&source);
                let content = content.ok().flatten().expect("the parser reads it too");
                prop_assert_eq!(root, content.root);
                prop_assert!(content.problems.is_empty());
            }
        }
    }

    #[test]
    fn the_usual_front_matter_is_read() {
        let source = "title: Move\nms.assetid: 8C5C2279-7985\nnumber: 12\nkeys: \n- a, b\n- 'c: d'\nnone:\n\n\
            ms.date: 05/31/2018\nlist:\n  - x\n  - y\n";
        let text = |text: &str| Node::Text(text.to_owned());
        let list = |texts: [&str; 2]| Node::List(texts.map(text).to_vec());
        let root = [
            ("title", text("Move")),
            ("ms.assetid", text("8C5C2279-7985")),
            ("number", Node::Integer(12)),
            ("keys", list(["a, b", "c: d"])),
            ("none", Node::Null),
            ("ms.date", text("05/31/2018")),
            ("list", list(["x", "y"])),
        ];
        let root = root.map(|(key, node)| (key.to_owned(), node));
        assert_eq!(yaml(source), Some(root.to_vec()));
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        for source in [
            "",
            "a: 1.5",
            "a: 01",
            "a: 9223372036854775808",
            "a: 0x1f",
            "a: true",
            "a: Null",
            "a: b: c",
            "a: b:",
            "a: b #c",
            "a: [b]",
            "a: 'b\'' c'",
            "a: \"b\\n\"",
            "a: b\n c",
            "a: b\na: c",
            "a: b\n- c",
            "a:\n- b\n  - c",
            "- a",
            "a:b",
            "a: \u{e9}",
            "a:\n- b: c",
            "# a",
            "a b: c",
        ] {
            assert_eq!(yaml(source), None, "{source:?}");
        }
    }
}

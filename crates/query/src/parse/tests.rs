//! What people type and paste, and how it is read.

#![allow(
    clippy::needless_raw_string_hashes,
    reason = "expect-test writes its snapshots with them"
)]

mod fields;
mod lookalikes;
mod pasted;
mod patterns;
mod properties;
mod scripts;
mod syntax;

use expect_test::Expect;

use super::{chars, parse};

/// Pins the reading and the notes of each query.
fn check(queries: &[&str], expected: &Expect) {
    let mut lines = Vec::new();
    for query in queries {
        let parsed = parse(query);
        let root = parsed.root.to_string();
        let empty = |text: &str| text.trim().is_empty();
        lines.push(match *query {
            query if empty(query) => format!("{query:?}"),
            query => visible(query),
        });
        lines.push(match &*root {
            root if empty(root) => "    (nothing)".to_owned(),
            root => format!("    {}", visible(root)),
        });
        for note in parsed.notes {
            lines.push(format!("    note: {}", visible(&note.to_string())));
        }
    }
    expected.assert_eq(&(lines.join("\n") + "\n"));
}

/// A text with a name for each character that cannot be seen.
fn visible(text: &str) -> String {
    let unseen = |c| {
        let joiner = matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}');
        c != ' ' && (joiner || chars::is_blank(c))
    };
    let mut shown = String::new();
    for c in text.chars() {
        if unseen(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

//! What must hold for every text.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Pieces of Markdown and HTML that, put together at random, are the hardest to read.
const PIECES: [&str; 84] = [
    "[",
    "]",
    "*",
    "**",
    "_",
    "<",
    "`",
    "``",
    "!",
    "~~",
    "&",
    "\\",
    "|",
    "(",
    ")",
    ">",
    "- ",
    "# ",
    "![",
    "](",
    "]: ",
    "[^",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!A",
    "<![CDATA[",
    "]]>",
    "<a",
    "</a>",
    "=\"",
    "\"",
    "'",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "a",
    " ",
    "1. ",
    "<div>",
    "</div>",
    "```\n",
    "~~~\n",
    "---\n",
    "===\n",
    ":",
    "[a]",
    "[^a]",
    "http:",
    "|-|\n",
    "x\n",
    "  \n",
    "> ",
    "&amp;",
    "<script>",
    "</script>",
    "<style",
    "<pre>",
    "[!NOTE]\n",
    "- [ ] ",
    "{",
    "é",
    "\u{a0}",
    "\0",
    ":::",
    "[!include",
    "image",
    "alt-text=\"",
    "<img ",
    "alt=",
    "<tr>",
    "<td>",
    "<h1>",
    "{#a}",
    "&#10;",
    "&nbsp;",
    "<br>",
    "<p>",
    "<p\n",
    "\r",
    "\u{2028}",
    "語",
];

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(&PIECES[..]), 0..40);
    prop_oneof![
        4 => pieces.prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn any_text_gives_passages_in_order_with_true_lines(text in any_text(), first in 1_u32..9) {
        let passages = passages(&text, first);
        let last = first + text.matches('\n').count() as u32;
        let mut before = first;
        for passage in &passages {
            let texts: Vec<&str> = passage.text.split('\n').collect();
            prop_assert_eq!(texts.len(), passage.lines.len());
            prop_assert!(!passage.text.trim().is_empty());
            for (text, &line) in texts.iter().zip(&passage.lines) {
                prop_assert!((before..=last).contains(&line));
                before = line;
                prop_assert_eq!(text.trim_end(), *text);
                if passage.kind != PassageKind::Code {
                    prop_assert_eq!(text.trim(), *text);
                    prop_assert!(!text.is_empty());
                }
            }
            prop_assert!(!texts[0].is_empty() && !texts[texts.len() - 1].is_empty());
        }
        if let Some((title, _)) = title(&passages) {
            prop_assert!(!title.text.is_empty() && !title.text.contains('\n'));
            prop_assert!((first..=last).contains(&title.line));
        }
    }

    #[test]
    fn every_word_comes_out_once_and_on_its_line(blocks in prop::collection::vec(block(), 0..8)) {
        let mut markdown = String::new();
        let mut expected = Vec::new();
        for block in &blocks {
            block.write(&mut markdown, &mut expected);
        }
        let passages = passages(&markdown, 1);
        let mut found = Vec::new();
        for passage in &passages {
            for (text, &line) in passage.text.split('\n').zip(&passage.lines) {
                found.extend(text.split_whitespace().map(|word| (line, word.to_owned())));
            }
        }
        prop_assert_eq!(found, expected, "{}", markdown);
    }
}

/// A block of Markdown: how its lines begin, and the words in each with their markup.
#[derive(Debug, Clone)]
struct Block {
    first: &'static str,
    other: &'static str,
    lines: Vec<Vec<(String, &'static str)>>,
}

/// Markup around a word, which stands at the `#`.
const MARKUP: [&str; 15] = [
    "#",
    "#",
    "*#*",
    "**#**",
    "~~#~~",
    "`#`",
    "[#](http://x.example/a_b \"a title\")",
    "[#][]",
    "![#](x.png)",
    "<b class=\"x\">#</b>",
    "<b><!-- a > comment -->#</b>",
    "***#***",
    "[**#**](<a b>)",
    "*[#](x)*",
    "\\#",
];

fn block() -> impl Strategy<Value = Block> {
    let word = ("[a-z]{1,6}[0-9]", select(&MARKUP[..]));
    let line = prop::collection::vec(word, 1..5);
    let starts = select(vec![
        ("", ""),
        ("", ""),
        ("- ", "  "),
        ("1. ", "   "),
        ("> ", "> "),
        ("> ", ""),
        ("> - ", ">   "),
        ("[^note]: ", "    "),
    ]);
    (starts, prop::collection::vec(line, 1..4)).prop_map(|((first, other), lines)| Block {
        first,
        other,
        lines,
    })
}

impl Block {
    fn write(&self, markdown: &mut String, words: &mut Vec<(u32, String)>) {
        for (nth, line) in self.lines.iter().enumerate() {
            let number = markdown.matches('\n').count() as u32 + 1;
            markdown.push_str(if nth == 0 { self.first } else { self.other });
            for (word, markup) in line {
                let escaped = markup.starts_with('\\');
                let word = if escaped {
                    format!("_{word}")
                } else {
                    word.clone()
                };
                write!(markdown, "{} ", markup.replace('#', &word)).expect("a string takes it");
                // A reference that nothing defines is shown as it stands.
                let is_reference = *markup == "[#][]";
                words.push((
                    number,
                    if is_reference {
                        format!("[{word}][]")
                    } else {
                        word
                    },
                ));
            }
            // Two blanks would make a line break, which changes nothing: keep one of them.
            markdown.pop();
            markdown.push('\n');
        }
        markdown.push('\n');
    }
}

/// Texts that are quick to write and take a careless reader hours.
#[test]
fn no_text_takes_time_that_grows_with_its_square() {
    let unclosed = PIECES.iter().map(|piece| (String::new(), *piece, ""));
    let pairs = [
        ("", "<div><!--", ""),
        ("", "<div>\n\n", ""),
        ("<div>", "<?", ""),
        ("<div>", "<![CDATA[", ""),
        ("<div>", "<script>", ""),
        ("<div>", "<a '\"", ""),
        ("<div>", "<a \">\"", ""),
        ("<div>", "&", ""),
        ("", "[!include ", ""),
        (":::image ", "a=\"", ""),
        ("", ":::image\n", ""),
        (":", ":", ""),
        ("", "`a` [!", ""),
        ("", "a <script>", ""),
        ("", "- ", "x\n"),
        ("", "1. ", "x\n"),
        ("", "> ", "x\n"),
        ("", "[^a]: ", "x\n"),
        ("", "[](", "x)\n"),
        ("", "![", "](x)"),
        ("", "**a ", "b** "),
        ("a", "\u{301}", ""),
        ("", "a\u{a0}", ""),
    ];
    let pairs = pairs.map(|(start, middle, end)| (start.to_owned(), middle, end));
    for (start, middle, end) in unclosed.chain(pairs) {
        let size = 200_000;
        let middle = middle.repeat(size / middle.len());
        let end = end.repeat(size / end.len().max(1));
        let passages = passages(&(start + &middle + &end), 1);
        title(&passages);
    }
}

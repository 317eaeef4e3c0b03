//! Other scripts, characters that cannot be seen, and texts too long to read.

use expect_test::expect;

use super::check;
use crate::parse::{Node, parse};

#[test]
fn scripts_without_blanks() {
    check(
        &[
            "汉语 新闻",
            "人工智能（AI）的未来",
            "他说“你好世界”然后离开",
            "习近平：“一带一路”倡议",
            "他说“你好",
            "צה\"ל חדש",
            "« Prev »News",
            "foo—“bar baz”",
            "“你好世界” 新闻",
            "标题：内容，第二部分。",
            "「東京」　物語",
            "（香港 OR 澳门） 新闻",
            "中国 AND 日本",
            "서울의 봄",
            "안녕~ 3월~5월",
        ],
        &expect![[r#"
            汉语 新闻
                汉语 新闻
            人工智能（AI）的未来
                人工智能（AI）的未来
            他说“你好世界”然后离开
                他说 +(phrase "你好世界") 然后离开
            习近平：“一带一路”倡议
                习近平： +(phrase "一带一路") 倡议
            他说“你好
                他说 你好
                note: the quote at character 3 is not closed and was left out
            צה"ל חדש
                צה"ל חדש
            « Prev »News
                +(phrase "Prev") News
            foo—“bar baz”
                foo— +(phrase "bar baz")
            “你好世界” 新闻
                +(phrase "你好世界") 新闻
            标题：内容，第二部分。
                标题：内容，第二部分。
            「東京」\u{3000}物語
                「東京」 物語
            （香港 OR 澳门） 新闻
                （香港 澳门） 新闻
            中国 AND 日本
                +中国 +日本
            서울의 봄
                서울의 봄
            안녕~ 3월~5월
                안녕~ 3월~5월
        "#]],
    );
}

#[test]
fn other_scripts() {
    check(
        &[
            "فيلم جديد",
            "\u{200F}\"فيلم جديد\"\u{200F} -إعلان",
            "می\u{200C}خواهم",
            "שלום עולם",
            "фильм „Поезд в Пусан“",
            "«Le dernier train» cinéma",
            "« Le dernier train »",
            "”svensk film” nyheter",
            "»deutsches Zitat«",
            "หนังไทย",
        ],
        &expect![[r#"
            فيلم جديد
                فيلم جديد
            \u{200f}"فيلم جديد"\u{200f} -إعلان
                +(phrase "فيلم جديد") -إعلان
            می\u{200c}خواهم
                می\u{200c}خواهم
            שלום עולם
                שלום עולם
            фильм „Поезд в Пусан“
                фильм +(phrase "Поезд в Пусан")
            «Le dernier train» cinéma
                +(phrase "Le dernier train") cinéma
            « Le dernier train »
                +(phrase "Le dernier train")
            ”svensk film” nyheter
                +(phrase "svensk film") nyheter
            »deutsches Zitat«
                +(phrase "deutsches Zitat")
            หนังไทย
                หนังไทย
        "#]],
    );
}

#[test]
fn symbols() {
    check(
        &[
            "🚀 launch",
            "👩\u{200D}🚀",
            "🔥\"hot take\"",
            "→ next",
            "€100 £5",
        ],
        &expect![[r#"
            🚀 launch
                🚀 launch
            👩\u{200d}🚀
                👩\u{200d}🚀
            🔥"hot take"
                🔥 +(phrase "hot take")
            → next
                next
            €100 £5
                €100 £5
        "#]],
    );
}

#[test]
fn what_cannot_be_seen() {
    check(
        &[
            "foo\0bar",
            "foo\u{1b}[31mred",
            "zero\u{200B}width",
            "\u{FEFF}title:x",
            "\u{202E}evil",
            "line\r\nbreak\tand\u{A0}tab\u{3000}wide",
            "soft\u{AD}hyphen",
            "\"tab\tinside\"",
            "\0\0\0",
            "- \u{1b}[2J",
            "quality:>\u{7}",
            "foo\u{1b}*bar",
            "\u{1b}\" open",
            "f\u{200D}*x",
        ],
        &expect![[r#"
            foo\u{0}bar
                foo bar
            foo\u{1b}[31mred
                foo [31mred
            zero\u{200b}width
                zero width
            \u{feff}title:x
                +(field title x)
            \u{202e}evil
                evil
            line\r\nbreak\tand\u{a0}tab\u{3000}wide
                line break and tab wide
            soft\u{ad}hyphen
                soft\u{ad}hyphen
            "tab\tinside"
                +(phrase "tab\tinside")
            \u{0}\u{0}\u{0}
                (nothing)
            - \u{1b}[2J
                [2J
                note: `-` at character 1 was left out: it only works directly before a word
            quality:>\u{7}
                quality:>
                note: `quality:>` at character 1 is not a complete condition and was read as words
            foo\u{1b}*bar
                foo (wildcard *bar)
            \u{1b}" open
                open
                note: the quote at character 2 is not closed and was left out
            f\u{200d}*x
                (wildcard f\u{200d}*x)
        "#]],
    );
}

#[test]
fn a_mark_by_itself_belongs_to_its_letter() {
    let read = |text| parse(text).root.to_string();
    assert_eq!(read("cafe\u{301}*"), "(prefix cafe\u{301})");
    assert_eq!(read("cafe\u{301}~"), "(fuzzy cafe\u{301} 1)");
}

#[test]
fn a_whole_page() {
    let page = "It's a page (with \"quotes\", e.g. these) - and more: A AND b. ".repeat(200);
    assert!(page.len() > 10_000);
    let parsed = parse(&page);
    assert_eq!(parsed.root.clauses.len(), 200 * 7);
    let notes: Vec<String> = parsed.notes.iter().map(ToString::to_string).collect();
    let expected = expect![[r#"
        `-` at character 41 was left out: it only works directly before a word
        `-` at character 102 was left out: it only works directly before a word
        `-` at character 163 was left out: it only works directly before a word
        and 197 more notes"#]];
    expected.assert_eq(&notes.join("\n"));
}

#[test]
fn a_long_text_of_anything_takes_no_time() {
    let nasty = [
        "a ",
        "(",
        ")",
        "()",
        "\"",
        "\" ",
        "“ ",
        "“a ",
        "a:“ ",
        "_:>“ ",
        "„ « ",
        "a:[",
        "a:[1 TO ",
        "a:",
        "a.",
        "-",
        "+ ",
        "- ",
        "*",
        "a*",
        "AND ",
        "NOT ",
        "OR a ",
        "a AND b OR ",
        "a(",
        "://(",
        "a:(",
        ":(",
        ":( ",
        "a:\"",
        "x:>",
        "..",
        "a:.. ",
        "~1",
        "\0",
        "人",
        "a\"",
        "-(",
        "+\"",
        "a:[1 ",
    ];
    for piece in nasty {
        let text = piece.repeat((1 << 17) / piece.len());
        let parsed = parse(&text);
        assert!(parsed.notes.len() <= 17, "{piece}");
    }
    let deep = format!("{}x{}", "(".repeat(100_000), ")".repeat(100_000));
    let parsed = parse(&deep);
    let mut node = &parsed.root.clauses[0].node;
    let mut depth = 0;
    while let Node::Group(group) = node {
        node = &group.clauses[0].node;
        depth += 1;
    }
    assert_eq!((depth, node), (32, &Node::Word("x".to_owned())));
}

//! Blocks that do not parse, and those that are made to take long.

use std::fmt::Write as _;

use expect_test::expect;

use super::check;
use crate::front_matter::{MOST_REPEATED, split};

#[test]
fn values_no_parser_accepts_are_the_text_they_are() {
    check(
        "---\ntitle: Foo: bar\nn: 1\n---\nBody\n",
        &expect![[r#"
        title: "Foo: bar"
        n: 1
        5: "Body\n"
        2:11: front matter: a key where none can be (a value with `: ` in it needs quotes); 2 keys were read line by line
    "#]],
    );
    check(
        "---\ntitle: *Italic*\ntags: [a, b]\n---\n",
        &expect![[r#"
            title: "*Italic*"
            tags: ["a", "b"]
            5: ""
            2:15: front matter: an alias to nothing (a value that starts with `*` or `&` needs quotes); 2 keys were read line by line
        "#]],
    );
    check(
        "---\ntitle: [[wikilink]]x\nprovider:\n  name: P\n  n: 2\n---\n",
        &expect![[r#"
        title: "[[wikilink]]x"
        provider: {name: "P", n: 2}
        7: ""
        2:20: front matter: did not find expected key; 2 keys were read line by line
    "#]],
    );
    check(
        "---\nkey: \"C:\\path\"\ntick: `C:\\x`\nat: @me\n---\n",
        &expect![[r#"
            key: "C:\\path"
            tick: "`C:\\x`"
            at: "@me"
            6: ""
            2:9: front matter: an unknown escape (between double quotes, a backslash is written twice); 3 keys were read line by line
        "#]],
    );
    check(
        "---\ntitle: x\n\tn: 1\nm: 2\n---\n",
        &expect![[r#"
            title: "x n: 1"
            m: 2
            6: ""
            3:1: front matter: indented with a tab; 2 keys were read line by line
        "#]],
    );
    check(
        "---\ntitle: {{ page.title }}\nquoted: 'it''s'\n---\n",
        &expect![[r#"
            title: "{{ page.title }}"
            quoted: "it's"
            5: ""
            2:9: front matter: a key that is no text (a value that starts with `{` needs quotes); 2 keys were read line by line
        "#]],
    );
}

#[test]
fn structure_is_kept_where_yaml_does_not_parse() {
    check(
        "---\nexcerpt: one: two\n  three\nfour\nlast: 1\n---\n",
        &expect![[r#"
        excerpt: "one: two three four"
        last: 1
        7: ""
        2:13: front matter: a key where none can be (a value with `: ` in it needs quotes); 2 keys were read line by line
    "#]],
    );
    check(
        "---\ntext: |\n  a: b\n\n  c\nfolded: >-\n  d\n  e\nbad: %\n---\n",
        &expect![[r#"
        text: "a: b\n\nc"
        folded: "d e"
        bad: "%"
        11: ""
        9:6: front matter: a value that starts with this character needs quotes; 3 keys were read line by line
    "#]],
    );
    check(
        "---\nexternal help file: x.xml\naliases:\n  - %\n  - foreach\n---\n",
        &expect![[r#"
        external help file: "x.xml"
        aliases: ["%", "foreach"]
        7: ""
        4:5: front matter: a value that starts with this character needs quotes; 2 keys were read line by line
    "#]],
    );
    check(
        "---\nrelated:\n  - title: A: b\n    url: u\n  -\n    title: c\n- stray\n# comment\n---\n",
        &expect![[r#"
            related: [{title: "A: b", url: "u"}, {title: "c"}]
            10: ""
            3:13: front matter: a key where none can be (a value with `: ` in it needs quotes); 1 key was read line by line and 1 line was left out
        "#]],
    );
    check(
        "---\ntitle: y\ntitle: Foo: bar\n- - x\n   odd: 1\n---\n",
        &expect![[r#"
            title: "y"
            7: ""
            3:11: front matter: a key where none can be (a value with `: ` in it needs quotes); 1 key was read line by line and 2 lines were left out
            3:1: front matter: `title` is given again; its first value stands
        "#]],
    );
    check(
        "---\ntitle: ünï: cödé: x\nschlüssel: \u{1}\n---\n",
        &expect![[r#"
        title: "ünï: cödé: x"
        schlüssel: "\u{1}"
        5: ""
        3:12: front matter: control characters are not allowed; 2 keys were read line by line
    "#]],
    );
    check(
        "---\na: 1\n--- b: 2\n---\n",
        &expect![[r#"
            a: 1
            --- b: 2
            5: ""
            3:1: front matter: more than one document; 2 keys were read line by line
        "#]],
    );
}

#[test]
fn a_repeated_key_keeps_its_first_value() {
    check(
        "---\ntitle: a\ntitle: b\nprovider:\n  name: x\n  domain: d\n  name: y\ntitle: c\nrelated:\n- t: 1\n- t: 2\n  t: 3\n---\n",
        &expect![[r#"
            title: "a"
            provider: {name: "x", domain: "d"}
            related: [{t: 1}, {t: 2}]
            14: ""
            7:3: front matter: `name` is given again; its first value stands
            12:3: front matter: `t` is given again; its first value stands
            3:1: front matter: `title` is given again; its first value stands
            8:1: front matter: `title` is given again; its first value stands
        "#]],
    );
    check(
        "+++\ntitle = 'a'\ntitle = 'b'\n+++\n",
        &expect![[r#"
        title: "a"
        5: ""
        3:1: front matter: `title` is given again; its first value stands
    "#]],
    );
}

/// Reads a hostile block, and tells what was wrong with it.
fn hostile(text: &str) -> String {
    let front = split(text);
    let problem = front.as_ref().and_then(|front| front.problems.first());
    problem.map_or_else(
        || "nothing".to_owned(),
        |(at, kind)| format!("{at:?} {kind}"),
    )
}

#[test]
fn an_alias_never_stands_for_another_value() {
    check(
        "---\nx: &a 1\ny: &a 2\nz: &b 3\nw: *a\nv: *b\n---\n",
        &expect![[r#"
            x: 1
            y: 2
            z: 3
            w: "*a"
            v: "*b"
            8: ""
            5:4: front matter: an alias to `a`, which is set twice; 5 keys were read line by line
        "#]],
    );
    check(
        "---\nx: &a 1\ny: &b 2\nw: [*b, *a]\n---\n",
        &expect![[r#"
        x: 1
        y: 2
        w: [2, 1]
        6: ""
    "#]],
    );
}

#[test]
fn bombs_end_in_a_problem() {
    let mut laughs = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for i in 1..30 {
        let alias = format!("*a{}", i - 1);
        let _ = writeln!(laughs, "a{i}: &a{i} [{}]", vec![alias; 9].join(", "));
    }
    laughs.push_str("---\n");
    let long = "x".repeat(20_000);
    let copies = "*a, ".repeat(10_000);
    let wide = format!("---\nlong: &a {long}\ncopies: [{copies}]\n---\n");
    let list = "x, ".repeat(1_000);
    let listed = format!("---\nlist: &a [{list}]\ncopies: [{copies}]\n---\n");
    let deep = format!("---\ndeep: {}\n---\n", "[".repeat(10_000));
    let nested = format!(
        "---\ndeep: {}1{}\n---\n",
        "[".repeat(1_000),
        "]".repeat(1_000)
    );
    let itself = "---\nself: &a [*a, *a]\n---\n".to_owned();
    let toml = format!("+++\ndeep = {}\n+++\n", "[".repeat(10_000));
    let large = format!(
        "---\ntitle: x\nkeys:\n{}---\n",
        "  - some item\n".repeat(20_000)
    );
    let told: String = [laughs, wide, listed, deep, nested, itself, toml, large]
        .iter()
        .map(|text| hostile(text) + "\n")
        .collect();
    expect![[r"
        Some(Position { line: 2, column: 16 }) front matter: its aliases stand for far more text than the file has; 30 keys were read line by line
        Some(Position { line: 2, column: 7 }) front matter: its aliases stand for far more text than the file has; 2 keys were read line by line
        Some(Position { line: 2, column: 2399 }) front matter: its aliases stand for far more text than the file has; 2 keys were read line by line
        Some(Position { line: 2, column: 1 }) front matter: more than 5000 opening brackets; 1 key was read line by line
        Some(Position { line: 2, column: 134 }) front matter: nested too deeply; 1 key was read line by line
        Some(Position { line: 2, column: 7 }) front matter: nested too deeply; 1 key was read line by line
        Some(Position { line: 2, column: 88 }) front matter: nested too deeply; 1 key was read line by line
        Some(Position { line: 2, column: 1 }) front matter: larger than 256 KiB, so that only its start was read; 2 keys were read line by line
    "]].assert_eq(&told);
}

#[test]
fn many_lines_take_no_more_than_their_time() {
    let mut keys = String::new();
    for i in 0..20_000 {
        let _ = writeln!(keys, "k{i}: a: b");
    }
    let front = split(&format!("---\n{keys}---\n")).map(|front| front.root.len());
    assert_eq!(front, Some(20_000));
    let repeated = "k: 1\n".repeat(40_000);
    let front = split(&format!("---\n{repeated}---\n")).map(|front| front.problems.len());
    assert_eq!(front, Some(MOST_REPEATED));
}

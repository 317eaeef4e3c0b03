use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// Shows what is made of a text: each key, then `body line: body`, then each problem.
fn check(text: &str, expect: &Expect) {
    let mut shown = String::new();
    match split(text) {
        None => shown.push_str("no front matter\n"),
        Some(front) => {
            for (key, node) in &front.root {
                let _ = writeln!(shown, "{key}: {}", show(node));
            }
            let _ = writeln!(shown, "{}: {:?}", front.body_line, front.body);
            for (at, kind) in &front.problems {
                let at = at.map_or_else(String::new, |at| format!("{}:{}: ", at.line, at.column));
                let _ = writeln!(shown, "{at}{kind}");
            }
        }
    }
    expect.assert_eq(&shown);
}

fn show(node: &Node) -> String {
    match node {
        Node::Null => "null".to_owned(),
        Node::Bool(truth) => truth.to_string(),
        Node::Integer(number) => number.to_string(),
        Node::Float(number) => format!("float {number}"),
        Node::Text(text) => format!("{text:?}"),
        Node::List(list) => format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(", ")),
        Node::Map(map) => {
            let entry = |(key, node): &(String, Node)| format!("{key}: {}", show(node));
            format!(
                "{{{}}}",
                map.iter().map(entry).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

#[test]
fn values_of_every_kind() {
    check(
        "---\ntitle: \"A: b\"\nn: 12\nbig: 18446744073709551615\nhuge: -170141183460469231731687303715884105728\nf: 1.5\ninf: -.inf\nyes: true\nnone: ~\nempty:\ndate: 2023-01-24\nlist: [a, 2]\nmap:\n  k: {x: y}\n1: one\ntrue: t\n1.10: v\n\" padded \": p\ntagged: !date 2020\n---\nBody\n",
        &expect![[r#"
            title: "A: b"
            n: 12
            big: "18446744073709551615"
            huge: "-170141183460469231731687303715884105728"
            f: float 1.5
            inf: "-.inf"
            yes: true
            none: null
            empty: null
            date: "2023-01-24"
            list: ["a", 2]
            map: {k: {x: "y"}}
            1: "one"
            true: "t"
            1.10: "v"
            padded: "p"
            tagged: 2020
            21: "Body\n"
        "#]],
    );
}

#[test]
fn merge_keys_give_what_is_not_given_beside_them() {
    check(
        "---\nbase: &base {a: 1, b: 2}\none:\n  <<: *base\n  b: 3\ntwo:\n  <<: [*base, {c: 4}]\n---\n",
        &expect![[r#"
            base: {a: 1, b: 2}
            one: {b: 3, a: 1}
            two: {a: 1, b: 2, c: 4}
            9: ""
        "#]],
    );
}

#[test]
fn front_matter_is_a_map_between_fences_at_the_top() {
    check(
        "---\ntitle: x\n---",
        &expect![[r#"
        title: "x"
        4: ""
    "#]],
    );
    check(
        "--- \t\ntitle: x\n...\t\nBody",
        &expect![[r#"
        title: "x"
        4: "Body"
    "#]],
    );
    check(
        "---\n---\n",
        &expect![[r#"
        3: ""
    "#]],
    );
    check(
        "---\n# comment\ntitle: x\n---\n",
        &expect![[r#"
        title: "x"
        5: ""
    "#]],
    );
    check(
        "---\n# comment\n---\nBody\n",
        &expect![[r#"
        4: "Body\n"
    "#]],
    );
    check(
        "---\n\ntitle: x\n\n---\nBody\n",
        &expect![[r#"
        title: "x"
        6: "Body\n"
    "#]],
    );
    check(
        "---\n{title: x}\n---\n",
        &expect![[r#"
        title: "x"
        4: ""
    "#]],
    );
    check(
        "---\n  title: x\n  n: 1\n---\n",
        &expect![[r#"
        title: "x"
        n: 1
        5: ""
    "#]],
    );
    check(
        "---\n\n---\nBody\n",
        &expect![[r#"
        4: "Body\n"
    "#]],
    );
}

#[test]
fn a_rule_is_not_front_matter() {
    for text in [
        "",
        "---",
        "---\n",
        "---\n\nSome text\n---\n",
        "---\nHello world\n---\n",
        "---\n- a\n- b\n---\n",
        "---\n\n# Slide\n\n---\n\nText\n",
        "---\n\nNote: this.\n\nMore text.\n\n---\n",
        "---\nNote: this is\na paragraph.\n\nMore.\n---\n",
        "---\nSome text, and then: more\n---\n",
        "---\n**Note**: x\n---\n",
        "---\n~\n---\n",
        "---\nText without an end\n",
        "---\nNote: this is\na paragraph.\n",
        "---\n\ntitle: x\n",
        "----\ntitle: x\n----\n",
        " ---\ntitle: x\n---\n",
        "\n---\ntitle: x\n---\n",
        "Text\n---\ntitle: x\n---\n",
        "+++\nSome text\n+++\n",
        "+++\nSome text\n",
    ] {
        assert!(split(text).is_none(), "{text:?}");
    }
}

#[test]
fn an_unclosed_block_keeps_its_leading_keys() {
    check(
        "---\ntitle: x\ntags:\n  - a\n  - b\n\nBody\n",
        &expect![[r#"
        title: "x"
        tags: ["a", "b"]
        6: "\nBody\n"
        1:1: front matter: the block that opens here is not closed; 2 keys were read up to line 5
    "#]],
    );
    check(
        "---\ntitle: x\n\nBody\n\n---\n\nMore of it.\nAnd more.\n",
        &expect![[r#"
        title: "x"
        3: "\nBody\n\n---\n\nMore of it.\nAnd more.\n"
        1:1: front matter: the block that opens here is not closed; 1 key was read up to line 2
    "#]],
    );
    check(
        "---\ntitle: Foo: bar\ndate: 2020-01-01\n# Heading\nBody\n",
        &expect![[r##"
        title: "Foo: bar"
        date: "2020-01-01"
        4: "# Heading\nBody\n"
        1:1: front matter: the block that opens here is not closed; 2 keys were read up to line 3
        2:11: front matter: a key where none can be (a value with `: ` in it needs quotes); 2 keys were read line by line
    "##]],
    );
    check(
        "---\ntitle: x",
        &expect![[r#"
        title: "x"
        2: ""
        1:1: front matter: the block that opens here is not closed; 1 key was read up to line 2
    "#]],
    );
    check(
        "+++\ntitle = 'x'\n\nBody\n",
        &expect![[r#"
        title: "x"
        3: "\nBody\n"
        1:1: front matter: the block that opens here is not closed; 1 key was read up to line 2
    "#]],
    );
}

#[test]
fn yaml_that_does_not_parse_is_read_line_by_line() {
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

#[test]
fn toml_is_read_as_well() {
    check(
        "+++\ntitle = \"A\" # comment\ndate = 2023-01-24T22:31:00Z\nday = 2023-01-24\ntime = 07:32:00\nbig = 99999999999999999999\nf = 1.5\ninf = -inf\ntags = [\n  'a',\n  'b',\n]\nprovider.name = 'P'\n\n[images]\nwidth = 0x10\n\n[[related]]\ntitle = 'R'\n[[related]]\ntitle = 'S'\n+++\nBody\n",
        &expect![[r#"
            title: "A"
            date: "2023-01-24T22:31:00Z"
            day: "2023-01-24"
            time: "07:32:00"
            big: "99999999999999999999"
            f: float 1.5
            inf: "-inf"
            tags: ["a", "b"]
            provider: {name: "P"}
            images: {width: 16}
            related: [{title: "R"}, {title: "S"}]
            23: "Body\n"
        "#]],
    );
    check(
        "+++\ntitle = \"A\"\npath = \"C:\\temp\"\nplain = text of mine\nsome words\nn = 1\ndate = 2023-02-30\n+++\n",
        &expect![[r#"
            title: "A"
            path: "C:\temp"
            plain: "text of mine"
            n: 1
            date: "2023-02-30"
            9: ""
            5:6: front matter: key with no value, expected `=`; 5 keys were read line by line
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
    expect![[r#"
        Some(Position { line: 2, column: 16 }) front matter: its aliases stand for far more text than the file has; 30 keys were read line by line
        Some(Position { line: 2, column: 7 }) front matter: its aliases stand for far more text than the file has; 2 keys were read line by line
        Some(Position { line: 2, column: 2399 }) front matter: its aliases stand for far more text than the file has; 2 keys were read line by line
        Some(Position { line: 2, column: 134 }) front matter: nested too deeply; 1 key was read line by line
        Some(Position { line: 2, column: 134 }) front matter: nested too deeply; 1 key was read line by line
        Some(Position { line: 2, column: 7 }) front matter: nested too deeply; 1 key was read line by line
        Some(Position { line: 2, column: 88 }) front matter: cannot recurse further; max recursion depth met; 1 key was read line by line
        Some(Position { line: 2, column: 1 }) front matter: larger than 256 KiB, so that only its start was read; 2 keys were read line by line
    "#]].assert_eq(&told);
}

#[test]
fn many_lines_take_no_more_than_their_time() {
    let keys: String = (0..20_000).map(|i| format!("k{i}: a: b\n")).collect();
    let front = split(&format!("---\n{keys}---\n")).map(|front| front.root.len());
    assert_eq!(front, Some(20_000));
    let repeated = "k: 1\n".repeat(40_000);
    let front = split(&format!("---\n{repeated}---\n")).map(|front| front.problems.len());
    assert_eq!(front, Some(MOST_REPEATED));
}

#[test]
fn the_outline_finds_keys_and_items() {
    let yaml = "---\n# c\ntitle: x\n\"quoted key\": y\nprovider:\n  name: P\ntopics:\n- a\n- b\nrelated:\n  - title: R\n    tags: [q]\n  -\n    title: S\ntext: |\n  title: not this\n---\n";
    let toml = "+++\ntitle = 'x'\nprovider.name = 'P'\n[images]\nwidth = 1\n[[related]]\ntitle = 'R'\n[related.provider]\nname = 'N'\n[[related]]\ntitle = 'S'\n+++\n";
    let paths = [
        "title",
        "quoted key",
        "provider.name",
        "topics.1",
        "related",
        "related.0",
        "related.1",
        "related.0.title",
        "related.1.title",
        "images.width",
        "related.0.provider.name",
        "missing",
        "provider.missing",
    ];
    let mut shown = String::new();
    for text in [yaml, toml] {
        let Some(front) = split(text) else { continue };
        let outline = front.outline();
        for path in paths {
            let step = |part: &str| match part.parse() {
                Ok(index) => Step::Item(index),
                Err(_) => Step::Key(part.to_owned()),
            };
            let at = outline.position(&path.split('.').map(step).collect::<Vec<_>>());
            let _ = writeln!(shown, "{path} {}:{}", at.line, at.column);
        }
        let items = outline
            .items("related")
            .iter()
            .map(|at| at.line)
            .collect::<Vec<_>>();
        let _ = writeln!(shown, "items {items:?}");
    }
    expect![[r#"
        title 3:1
        quoted key 4:1
        provider.name 6:3
        topics.1 9:1
        related 10:1
        related.0 11:3
        related.1 13:3
        related.0.title 11:5
        related.1.title 14:5
        images.width 2:1
        related.0.provider.name 11:3
        missing 2:1
        provider.missing 5:1
        items [11, 13]
        title 2:1
        quoted key 2:1
        provider.name 3:1
        topics.1 2:1
        related 6:1
        related.0 6:1
        related.1 10:1
        related.0.title 7:1
        related.1.title 11:1
        images.width 5:1
        related.0.provider.name 9:1
        missing 2:1
        provider.missing 3:1
        items [6, 10]
    "#]]
    .assert_eq(&shown);
}

fn assert_sound(text: &str) -> Result<(), TestCaseError> {
    let Some(front) = split(text) else {
        return Ok(());
    };
    prop_assert!(text.ends_with(front.body));
    let lines = text.split('\n').count();
    let before = text[..text.len() - front.body.len()].matches('\n').count();
    prop_assert!(front.body_line as usize <= lines + 1);
    prop_assert!(front.body.is_empty() || front.body_line as usize == before + 1);
    for (at, _) in &front.problems {
        if let Some(at) = at {
            prop_assert!(at.line >= 1 && at.line as usize <= lines + 1 && at.column >= 1);
        }
    }
    for (key, _) in &front.root {
        let at = front.outline().position(&[Step::Key(key.clone())]);
        prop_assert!(at.line >= 2 && at.line as usize <= lines + 1 && at.column >= 1);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_split(text in "(?s).{0,200}") {
        assert_sound(&text)?;
    }

    #[test]
    fn any_block_is_split(block in "(---|\\+\\+\\+)[ \t]?\n([-a-c:=#%*&!|>'\"{}\\[\\], .\t~0-9\u{85}\u{1}é]{0,12}\n){0,12}((---|\\.\\.\\.|\\+\\+\\+)\n)?(text\n)?") {
        assert_sound(&block)?;
    }

    #[test]
    fn plain_keys_are_what_they_say(
        keys in prop::collection::btree_map("[a-z][a-zA-Z_]{0,10}", "[a-zA-Z0-9 :#'\"éß%@*&!-]{0,20}", 1..12),
        body in "[a-z\n]{0,20}",
    ) {
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\\\""));
        for (fence, sign) in [("---", ':'), ("+++", '=')] {
            let line = |(key, value): (&String, &String)| format!("{key}{sign} {}\n", quote(value));
            let block: String = keys.iter().map(|(key, value)| (key, value)).map(line).collect();
            let text = format!("{fence}\n{}{fence}\n{body}", block.replace('=', " ="));
            let front = split(&text);
            prop_assert!(front.is_some());
            let Some(front) = front else { return Ok(()) };
            let want: Vec<_> = keys
                .iter()
                .map(|(key, value)| (key.clone(), Node::Text(value.clone())))
                .collect();
            prop_assert_eq!(&front.root, &want);
            prop_assert!(front.problems.is_empty());
            prop_assert_eq!(front.body, &body);
            let outline = front.outline();
            for (i, (key, _)) in front.root.iter().enumerate() {
                let at = outline.position(&[Step::Key(key.clone())]);
                prop_assert_eq!(at.line as usize, i + 2);
            }
        }
    }
}

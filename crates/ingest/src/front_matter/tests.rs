use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

mod broken;

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
    expect![[r"
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
    "]]
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
            let block: String = keys.iter().map(line).collect();
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

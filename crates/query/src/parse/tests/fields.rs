//! Conditions on fields, and what a clause keeps of the text.

use expect_test::expect;

use super::check;
use crate::parse::{Node, Occur, parse, parse_plain};

#[test]
fn text_in_fields() {
    check(
        &[
            "provider:decider",
            "provider.name:decider",
            "topics:\"machine learning\"",
            "topics:\"machine learning\"~2",
            "topics:(AI OR film)",
            "topics:(AI \"machine learning\" -film bra*)",
            "topics:(a:b >=5)",
            "topics:((a b) c) d",
            "title:bra*",
        ],
        &expect![[r#"
            provider:decider
                +(field provider decider)
            provider.name:decider
                +(field provider.name decider)
            topics:"machine learning"
                +(field topics (phrase "machine learning"))
            topics:"machine learning"~2
                +(field topics (phrase "machine learning" ~2))
            topics:(AI OR film)
                +(field topics (group AI film))
            topics:(AI "machine learning" -film bra*)
                +(field topics (group AI +(phrase "machine learning") -film (prefix bra)))
            topics:(a:b >=5)
                +(field topics (group a:b >=5))
            topics:((a b) c) d
                +(field topics (group (group a b) c)) d
            title:bra*
                +(field title (prefix bra))
        "#]],
    );
}

#[test]
fn names_and_paths() {
    check(
        &[
            "path:news/2023",
            "path:news/*",
            "url:https://x.y/z",
            "url:https://x.y/a..b",
            "path:../foo",
            "(path:news/2023) x",
            "path:news/2023/**",
            "path:{a,b}/*.md, x",
            "path:(news/** OR a/*x) -path:[ab]*",
            "path:\"my news/*\" path:>5",
            "name:foo(bar)",
            "a:b:c",
        ],
        &expect![[r#"
            path:news/2023
                +(field path news/2023)
            path:news/*
                +(field path news/*)
            url:https://x.y/z
                +(field url https://x.y/z)
            url:https://x.y/a..b
                +(field url https://x.y/a..b)
            path:../foo
                +(field path ../foo)
            (path:news/2023) x
                +(group +(field path news/2023)) x
            path:news/2023/**
                +(field path news/2023/**)
            path:{a,b}/*.md, x
                +(field path {a,b}/*.md) x
            path:(news/** OR a/*x) -path:[ab]*
                +(field path (group news/** a/*x)) -(field path [ab]*)
            path:"my news/*" path:>5
                +(field path (phrase "my news/*")) +(field path >5)
            name:foo(bar)
                +(field name foo(bar))
            a:b:c
                +(field a b:c)
        "#]],
    );
}

#[test]
fn comparisons() {
    check(
        &[
            "quality:>=50",
            "quality:>50 quality:<=50 quality:<50 quality:=52 quality:==52 quality:≥5 quality:=>5",
            "date:<2020,",
            "date:>\"3 weeks ago\"",
            "date:>\"3 weeks ago",
        ],
        &expect![[r#"
            quality:>=50
                +(field quality >= 50)
            quality:>50 quality:<=50 quality:<50 quality:=52 quality:==52 quality:≥5 quality:=>5
                +(field quality > 50) +(field quality <= 50) +(field quality < 50) +(field quality = 52) +(field quality = 52) +(field quality >= 5) +(field quality >= 5)
            date:<2020,
                +(field date < 2020)
            date:>"3 weeks ago"
                +(field date > 3 weeks ago)
            date:>"3 weeks ago
                +(field date > 3 weeks ago)
                note: the quote at character 7 is not closed, so the phrase was read to the end
        "#]],
    );
}

#[test]
fn ranges() {
    check(
        &[
            "heat:50..80",
            "heat:50.. x",
            "heat:..80",
            "heat:-5..0.5",
            "heat:[50 TO 80]",
            "heat:[50 to *], x",
            "date:2023-01-10..2023-01-31",
            "date:2023/01/10..2023/01/31",
            "date:2023-01-10T12:30:00Z",
            "(heat:50..80)",
            "provider:decider, quality:>5.",
            "temp:-5",
            "title:AND",
            "lang:c++",
        ],
        &expect![[r#"
            heat:50..80
                +(field heat [50..80])
            heat:50.. x
                +(field heat [50..]) x
            heat:..80
                +(field heat [..80])
            heat:-5..0.5
                +(field heat [-5..0.5])
            heat:[50 TO 80]
                +(field heat [50..80])
            heat:[50 to *], x
                +(field heat [50..]) x
            date:2023-01-10..2023-01-31
                +(field date [2023-01-10..2023-01-31])
            date:2023/01/10..2023/01/31
                +(field date [2023/01/10..2023/01/31])
            date:2023-01-10T12:30:00Z
                +(field date 2023-01-10T12:30:00Z)
            (heat:50..80)
                +(group +(field heat [50..80]))
            provider:decider, quality:>5.
                +(field provider decider) +(field quality > 5)
            temp:-5
                +(field temp -5)
            title:AND
                +(field title AND)
            lang:c++
                +(field lang c++)
        "#]],
    );
}

#[test]
fn incomplete_conditions() {
    check(
        &[
            "quality:>",
            "quality:>= 50",
            "-quality:>",
            "heat:[50 TO",
            "heat:[50 TO 80",
            "heat:[* TO *]",
            "heat:{50 TO 80}",
            "heat:[- TO 80]",
            "heat:50..-",
            "heat:[50]",
            "topics:[AI]",
            "heat:..",
            "heat:1...5",
        ],
        &expect![[r#"
            quality:>
                quality:>
                note: `quality:>` at character 1 is not a complete condition and was read as words
            quality:>= 50
                quality:>= 50
                note: `quality:>=` at character 1 is not a complete condition and was read as words
            -quality:>
                quality:>
                note: `quality:>` at character 2 is not a complete condition and was read as words
            heat:[50 TO
                heat:[50 TO
                note: `heat:[50` at character 1 is not a complete condition and was read as words
            heat:[50 TO 80
                heat:[50 TO 80
                note: `heat:[50` at character 1 is not a complete condition and was read as words
            heat:[* TO *]
                heat:[* TO
                note: `heat:[*` at character 1 is not a complete condition and was read as words
            heat:{50 TO 80}
                heat:{50 TO 80}
                note: `heat:{50` at character 1 is not a complete condition and was read as words
            heat:[- TO 80]
                heat:[- TO 80]
                note: `heat:[-` at character 1 is not a complete condition and was read as words
            heat:50..-
                +(field heat 50..-)
            heat:[50]
                heat:[50]
                note: `heat:[50]` at character 1 is not a complete condition and was read as words
            topics:[AI]
                topics:[AI]
                note: `topics:[AI]` at character 1 is not a complete condition and was read as words
            heat:..
                heat:..
                note: `heat:..` at character 1 is not a complete condition and was read as words
            heat:1...5
                +(field heat 1...5)
        "#]],
    );
}

#[test]
fn colons_without_a_value() {
    check(
        &[
            "title:",
            "title: x",
            "title:\"\" x",
            "title:\"open quote",
            "title:() x",
            "title:(a b",
            "title:*",
            "title:5\"",
            "date:>\"\"",
            ":value",
            "a::b",
            "foo:)",
        ],
        &expect![[r#"
            title:
                title
            title: x
                title x
            title:"" x
                x
                note: the quotes at character 7 hold no word and were left out
            title:"open quote
                +(field title (phrase "open quote"))
                note: the quote at character 7 is not closed, so the phrase was read to the end
            title:() x
                x
                note: the parentheses at character 1 hold no word and were left out
            title:(a b
                +(field title (group a b))
                note: the parenthesis at character 7 is not closed, so the group was read to the end
            title:*
                title:*
                note: `title:*` at character 1 is not a complete condition and was read as words
            title:5"
                +(field title 5)
                note: the quote at character 8 was read as punctuation, not as a phrase
            date:>""
                (nothing)
                note: the quotes at character 7 hold no word and were left out
            :value
                :value
            a::b
                a::b
            foo:)
                foo
        "#]],
    );
}

#[test]
fn places_are_those_of_the_text() {
    let text = "é -title:\"x y\"~2 +(a bra*) NOT “z”";
    let parsed = parse(text);
    let places: Vec<&str> = parsed
        .root
        .clauses
        .iter()
        .map(|clause| &text[clause.span.start..clause.span.end])
        .collect();
    assert_eq!(places, ["é", "title:\"x y\"~2", "(a bra*)", "“z”"]);

    let parsed = parse("né (foo");
    assert_eq!(
        (parsed.notes[0].character, parsed.notes[0].span.start),
        (4, 4)
    );
}

#[test]
fn an_implied_clause_is_told_from_a_typed_one() {
    let implied = |text: &str| -> Vec<(Occur, bool)> {
        let parsed = parse(text);
        let clauses = parsed.root.clauses.iter();
        clauses
            .map(|clause| (clause.occur, clause.implied))
            .collect()
    };
    assert_eq!(
        implied("a b:c +d:e -f"),
        [
            (Occur::Should, true),
            (Occur::Must, true),
            (Occur::Must, false),
            (Occur::MustNot, false),
        ]
    );
    assert_eq!(implied("a AND b:c"), [(Occur::Must, false); 2]);
    assert_eq!(implied("a OR b:c"), [(Occur::Should, false); 2]);
}

#[test]
fn plain_text_has_no_syntax() {
    let parsed = parse_plain("-a \"b c\" AND x:>5 (d* \u{a0}– e");
    let words: Vec<String> = parsed
        .root
        .clauses
        .iter()
        .map(|clause| match &clause.node {
            Node::Word(word) if clause.occur == Occur::Should => word.clone(),
            other => format!("not a plain word: {other}"),
        })
        .collect();
    assert_eq!(words, ["-a", "\"b", "c\"", "AND", "x:>5", "(d*", "–", "e"]);
    assert!(parsed.notes.is_empty());
}

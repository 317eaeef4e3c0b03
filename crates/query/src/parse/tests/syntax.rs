//! What was meant as a query language, rightly or not.

use expect_test::expect;

use super::check;

#[test]
fn signs() {
    check(
        &[
            "train +busan -teaser",
            "-x",
            "- x",
            "+ 2",
            "--",
            "--x",
            "-",
            "a -\"b c\" +\"d e\"",
            "a -(b c) +(d e)",
            "-provider:decider +topics:AI",
            "-https://x.y",
        ],
        &expect![[r#"
            train +busan -teaser
                train +busan -teaser
            -x
                -x
            - x
                x
                note: `-` at character 1 was left out: it only works directly before a word
            + 2
                2
                note: `+` at character 1 was left out: it only works directly before a word
            --
                (nothing)
                note: `--` at character 1 was left out: it only works directly before a word
            --x
                --x
            -
                (nothing)
                note: `-` at character 1 was left out: it only works directly before a word
            a -"b c" +"d e"
                a -(phrase "b c") +(phrase "d e")
            a -(b c) +(d e)
                a -(group b c) +(group d e)
            -provider:decider +topics:AI
                -(field provider decider) +(field topics AI)
            -https://x.y
                -https://x.y
        "#]],
    );
}

#[test]
fn signs_beside_punctuation() {
    check(
        &[
            "-.NET +#rust -@bot -$100",
            "+-x -+y",
            "a-b a- b-",
            "-\"open quote",
            "a -\"",
            "+AND b",
            "-()",
            "(a)-b",
            "-🚀 rocket",
            "-5",
        ],
        &expect![[r#"
            -.NET +#rust -@bot -$100
                -.NET +#rust -@bot -$100
            +-x -+y
                +-x -+y
            a-b a- b-
                a-b a- b-
            -"open quote
                -(phrase "open quote")
                note: the quote at character 2 is not closed, so the phrase was read to the end
            a -"
                a
                note: the quote at character 4 is not closed and was left out
            +AND b
                +AND b
            -()
                (nothing)
                note: the parentheses at character 2 hold no word and were left out
            (a)-b
                (group a) -b
            -🚀 rocket
                -🚀 rocket
            -5
                -5
        "#]],
    );
}

#[test]
fn operators() {
    check(
        &[
            "a AND b",
            "a b AND c",
            "a OR b",
            "a OR b c",
            "a AND b OR c AND d",
            "a OR b AND c d",
            "NOT a",
            "a NOT b",
            "a AND NOT b",
            "NOT a AND b",
            "x a AND NOT b",
            "x NOT a AND NOT b",
        ],
        &expect![[r#"
            a AND b
                +a +b
            a b AND c
                a (group +b +c)
            a OR b
                a b
            a OR b c
                a b c
            a AND b OR c AND d
                (group +a +b) (group +c +d)
            a OR b AND c d
                a (group +b +c) d
            NOT a
                -a
            a NOT b
                a -b
            a AND NOT b
                +a -b
            NOT a AND b
                -a +b
            x a AND NOT b
                x (group +a -b)
            x NOT a AND NOT b
                x -a -b
        "#]],
    );
}

#[test]
fn operators_and_parentheses() {
    check(
        &[
            "NOT (a b)",
            "NOT(a b) AND(c OR d)",
            "(a)AND(b)",
            "(a OR b)(c OR d)",
            "(a b)^2 (c d)~2 (e)*",
        ],
        &expect![[r#"
            NOT (a b)
                -(group a b)
            NOT(a b) AND(c OR d)
                -(group a b) +(group c d)
            (a)AND(b)
                +(group a) +(group b)
            (a OR b)(c OR d)
                (group a b) (group c d)
            (a b)^2 (c d)~2 (e)*
                (group a b) (group c d) (group e)
                note: `^2` at character 6 is not understood and was left out
                note: `~2` at character 14 is not understood and was left out
                note: `*` at character 20 is not understood and was left out
        "#]],
    );
}

#[test]
fn operators_with_nothing_to_do() {
    check(
        &[
            "AND b",
            "a OR",
            "a AND",
            "a AND AND b",
            "a OR AND b",
            "NOT NOT a",
            "NOT AND a",
            "a NOT",
            "(a AND) b",
            "a AND () b",
            "a AND +b OR -c",
        ],
        &expect![[r#"
            AND b
                b
                note: `AND` at character 1 has nothing to work on and was left out
            a OR
                a
                note: `OR` at character 3 has nothing to work on and was left out
            a AND
                a
                note: `AND` at character 3 has nothing to work on and was left out
            a AND AND b
                +a +b
                note: `AND` at character 7 has nothing to work on and was left out
            a OR AND b
                a b
                note: `AND` at character 6 has nothing to work on and was left out
            NOT NOT a
                -a
                note: `NOT` at character 5 has nothing to work on and was left out
            NOT AND a
                -a
                note: `AND` at character 5 has nothing to work on and was left out
            a NOT
                a
                note: `NOT` at character 3 has nothing to work on and was left out
            (a AND) b
                (group a) b
                note: `AND` at character 4 has nothing to work on and was left out
            a AND () b
                +a +b
                note: the parentheses at character 7 hold no word and were left out
            a AND +b OR -c
                (group +a +b) -c
        "#]],
    );
}

#[test]
fn other_operators() {
    check(
        &[
            "NOT -a",
            "a && b || c",
            "a and b or not c",
            "2019 AND 2020",
            "+a OR b",
            "a AND – b",
        ],
        &expect![[r#"
            NOT -a
                -a
            a && b || c
                a b c
                note: `&&` at character 3 is not understood and was left out
                note: `||` at character 8 is not understood and was left out
            a and b or not c
                a and b or not c
            2019 AND 2020
                +2019 +2020
            +a OR b
                +a b
            a AND – b
                +a +b
        "#]],
    );
}

#[test]
fn what_is_required() {
    check(
        &[
            "\"train to busan\" brain -teaser",
            "\"a b\" OR c",
            "a \"x y\" OR b",
            "topics:ai robots",
            "topics:ai OR topics:film",
            "topics:ai OR topics:film robots",
            "\"x y\" OR \"z w\" robots",
            "topics:ai OR film robots",
            "robots topics:ai AND date:>2020",
            "robots cute AND topics:ai",
            "robots topics:a AND x:b OR topics:c",
            "(topics:ai OR topics:film) robots",
            "(topics:ai film) robots",
            "(\"train to busan\") film",
            "foo (-bar)",
            "foo -a OR -b",
            "foo NOT topics:ai OR topics:film",
        ],
        &expect![[r#"
            "train to busan" brain -teaser
                +(phrase "train to busan") brain -teaser
            "a b" OR c
                (phrase "a b") c
            a "x y" OR b
                a (phrase "x y") b
            topics:ai robots
                +(field topics ai) robots
            topics:ai OR topics:film
                (field topics ai) (field topics film)
            topics:ai OR topics:film robots
                +(group (field topics ai) (field topics film)) robots
            "x y" OR "z w" robots
                +(group (phrase "x y") (phrase "z w")) robots
            topics:ai OR film robots
                (field topics ai) film robots
            robots topics:ai AND date:>2020
                robots +(field topics ai) +(field date > 2020)
            robots cute AND topics:ai
                robots (group +cute +(field topics ai))
            robots topics:a AND x:b OR topics:c
                robots +(group (group +(field topics a) +(field x b)) (field topics c))
            (topics:ai OR topics:film) robots
                +(group (field topics ai) (field topics film)) robots
            (topics:ai film) robots
                (group +(field topics ai) film) robots
            ("train to busan") film
                +(group +(phrase "train to busan")) film
            foo (-bar)
                foo +(group -bar)
            foo -a OR -b
                foo -a -b
            foo NOT topics:ai OR topics:film
                foo +(group -(field topics ai) (field topics film))
        "#]],
    );
}

#[test]
fn phrases() {
    check(
        &[
            "\"train to busan\"",
            "\"train busan\"~5",
            "\"a b\"~99999999999",
            "\"a b\"~",
            "\"a b\"~x",
            "\"a b\"^2",
            "\"a b\"*",
            "“train to busan” x",
            "“mixed pair\" x",
        ],
        &expect![[r#"
            "train to busan"
                +(phrase "train to busan")
            "train busan"~5
                +(phrase "train busan" ~5)
            "a b"~99999999999
                +(phrase "a b" ~4294967295)
            "a b"~
                +(phrase "a b")
                note: `~` at character 6 is not understood and was left out
            "a b"~x
                +(phrase "a b") x
                note: `~` at character 6 is not understood and was left out
            "a b"^2
                +(phrase "a b")
                note: `^2` at character 6 is not understood and was left out
            "a b"*
                +(phrase "a b")
                note: `*` at character 6 is not understood and was left out
            “train to busan” x
                +(phrase "train to busan") x
            “mixed pair" x
                +(phrase "mixed pair") x
        "#]],
    );
}

#[test]
fn phrases_of_little() {
    check(
        &[
            "\"\"",
            "a \" \" b",
            "\"?\"",
            "\"a\"\"b\"",
            "\"a\"b \"c\"-d",
            "\"say (hi\" there)",
        ],
        &expect![[r#"
            ""
                (nothing)
                note: the quotes at character 1 hold no word and were left out
            a " " b
                a b
                note: the quotes at character 3 hold no word and were left out
            "?"
                (nothing)
                note: the quotes at character 1 hold no word and were left out
            "a""b"
                +(phrase "a") +(phrase "b")
            "a"b "c"-d
                +(phrase "a") b +(phrase "c") -d
            "say (hi" there)
                +(phrase "say (hi") there
                note: the `)` at character 16 closes nothing and was left out
        "#]],
    );
}

#[test]
fn syntax_of_other_tools() {
    check(
        &[
            "*foo",
            "fu*bar",
            "foo**",
            "2*3",
            "te?t",
            "foo~2 bar~ baz~0.8",
            "foo^3 bar^2.5",
            "10^6 x^2",
            "(bra*)",
        ],
        &expect![[r#"
            *foo
                (wildcard *foo)
            fu*bar
                (wildcard fu*bar)
            foo**
                foo**
            2*3
                2*3
            te?t
                (wildcard te?t)
            foo~2 bar~ baz~0.8
                (fuzzy foo 2) (fuzzy bar 1) baz
                note: `~0.8` at character 15 is not understood and was left out
            foo^3 bar^2.5
                foo bar
                note: `^3` at character 4 is not understood and was left out
                note: `^2.5` at character 10 is not understood and was left out
            10^6 x^2
                10^6 x
                note: `^2` at character 7 is not understood and was left out
            (bra*)
                (group (prefix bra))
        "#]],
    );
}

#[test]
fn parentheses() {
    check(
        &[
            "(a b) c",
            "((a) b)",
            "(a b",
            "a b)",
            "a) (b",
            "()",
            "a ( ) b",
            "((()))",
            "( a )",
            ")(",
            "(((((",
            &format!("{}x{}", "(".repeat(40), ")".repeat(40)),
        ],
        &expect![[r#"
            (a b) c
                (group a b) c
            ((a) b)
                (group (group a) b)
            (a b
                (group a b)
                note: the parenthesis at character 1 is not closed, so the group was read to the end
            a b)
                a b
                note: the `)` at character 4 closes nothing and was left out
            a) (b
                a (group b)
                note: the `)` at character 2 closes nothing and was left out
                note: the parenthesis at character 4 is not closed, so the group was read to the end
            ()
                (nothing)
                note: the parentheses at character 1 hold no word and were left out
            a ( ) b
                a b
                note: the parentheses at character 3 hold no word and were left out
            ((()))
                (nothing)
                note: the parentheses at character 3 hold no word and were left out
            ( a )
                (group a)
            )(
                (nothing)
                note: the `)` at character 1 closes nothing and was left out
            (((((
                (nothing)
                note: the parenthesis at character 1 is not closed, so the group was read to the end
                note: the parenthesis at character 2 is not closed, so the group was read to the end
                note: the parenthesis at character 3 is not closed, so the group was read to the end
                note: and 2 more notes
            ((((((((((((((((((((((((((((((((((((((((x))))))))))))))))))))))))))))))))))))))))
                (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group (group x))))))))))))))))))))))))))))))))
                note: the parenthesis at character 33 is nested too deep and was left out
        "#]],
    );
}

#[test]
fn notes_are_few() {
    check(
        &[
            "foo~1 foo~1 foo~1 foo~1 foo~1",
            "a) b) c) d) - - - - \"\" \"\" \"\" \"\" * * * * && && && && f*o f*o f*o f*o x:> x:> x:> x:>",
            "a*very*long*piece*that*nobody*would*want*to*read*in*full*in*a*note",
        ],
        &expect![[r#"
            foo~1 foo~1 foo~1 foo~1 foo~1
                (fuzzy foo 1) (fuzzy foo 1) (fuzzy foo 1) (fuzzy foo 1) (fuzzy foo 1)
            a) b) c) d) - - - - "" "" "" "" * * * * && && && && f*o f*o f*o f*o x:> x:> x:> x:>
                a b c d (wildcard f*o) (wildcard f*o) (wildcard f*o) (wildcard f*o) x:> x:> x:> x:>
                note: the `)` at character 2 closes nothing and was left out
                note: the `)` at character 5 closes nothing and was left out
                note: the `)` at character 8 closes nothing and was left out
                note: `-` at character 13 was left out: it only works directly before a word
                note: `-` at character 15 was left out: it only works directly before a word
                note: `-` at character 17 was left out: it only works directly before a word
                note: the quotes at character 21 hold no word and were left out
                note: the quotes at character 24 hold no word and were left out
                note: the quotes at character 27 hold no word and were left out
                note: `*` at character 33 was left out: it only works directly after a word
                note: `*` at character 35 was left out: it only works directly after a word
                note: `*` at character 37 was left out: it only works directly after a word
                note: `&&` at character 41 is not understood and was left out
                note: `&&` at character 44 is not understood and was left out
                note: `&&` at character 47 is not understood and was left out
                note: `x:>` at character 69 is not a complete condition and was read as words
                note: and 8 more notes
            a*very*long*piece*that*nobody*would*want*to*read*in*full*in*a*note
                (wildcard a*very*long*piece*that*nobody*would*want*to*read*in*full*in*a*note)
        "#]],
    );
}

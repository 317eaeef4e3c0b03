//! Beginnings, wildcards, misspellings and regular expressions.

use expect_test::expect;

use super::check;

#[test]
fn prefixes() {
    check(
        &["bra*", "sci-fi*", "5*", "*", "a * b", "bra*, clo*"],
        &expect![[r#"
            bra*
                (prefix bra)
            sci-fi*
                (prefix sci-fi)
            5*
                5
                note: `5*` at character 1 was read as a word: it has too few letters for a pattern
            *
                (nothing)
                note: `*` at character 1 was left out: it only works directly after a word
            a * b
                a b
                note: `*` at character 3 was left out: it only works directly after a word
            bra*, clo*
                (prefix bra) (prefix clo)
        "#]],
    );
}

#[test]
fn wildcards() {
    check(
        &[
            "b?a*n *clone cl?ne",
            "*clon*",
            "b?a? bra*?",
            "-b?a*n +*clone",
            "(b?a*n OR *clone) AND cl*d",
            "b?a*n, *clone. cl?ne!",
            "sci-f* jung_* AT&*",
            "2023* a2*",
            "a? a* ?a *a",
            "a?b*c?d",
            "'b?a'",
        ],
        &expect![[r#"
            b?a*n *clone cl?ne
                (wildcard b?a*n) (wildcard *clone) (wildcard cl?ne)
            *clon*
                (wildcard *clon*)
            b?a? bra*?
                (wildcard b?a?) (prefix bra)
            -b?a*n +*clone
                -(wildcard b?a*n) +(wildcard *clone)
            (b?a*n OR *clone) AND cl*d
                +(group (wildcard b?a*n) (wildcard *clone)) +(wildcard cl*d)
            b?a*n, *clone. cl?ne!
                (wildcard b?a*n) (wildcard *clone) (wildcard cl?ne)
            sci-f* jung_* AT&*
                (prefix sci-f) (prefix jung_) (prefix AT&)
            2023* a2*
                (prefix 2023) (prefix a2)
            a? a* ?a *a
                a? a ?a *a
                note: `a*` at character 4 was read as a word: it has too few letters for a pattern
                note: `*a` at character 10 was read as a word: it has too few letters for a pattern
            a?b*c?d
                (wildcard a?b*c?d)
            'b?a'
                (wildcard 'b?a')
        "#]],
    );
}

#[test]
fn misspellings() {
    check(
        &[
            "ryoo~ kyung-soo~ brains~",
            "ryoo~1 ryoo~2 ryoo~3 ryoo~0",
            "ryoo~2, ryoo~.",
            "-ryoo~ +ryoo~2",
            "2023~ 2023~1 a1~1",
            "a~ ab~2 abc~2",
            "topics:(robt~ OR flim~1) title:brian~ provider:decidr~",
        ],
        &expect![[r#"
            ryoo~ kyung-soo~ brains~
                (fuzzy ryoo 1) (fuzzy kyung-soo 2) (fuzzy brains 2)
            ryoo~1 ryoo~2 ryoo~3 ryoo~0
                (fuzzy ryoo 1) (fuzzy ryoo 2) (fuzzy ryoo 2) ryoo
                note: `ryoo~3` at character 15 allows fewer edits: two at most, and one letter stays
            ryoo~2, ryoo~.
                (fuzzy ryoo 2) (fuzzy ryoo 1)
            -ryoo~ +ryoo~2
                -(fuzzy ryoo 1) +(fuzzy ryoo 2)
            2023~ 2023~1 a1~1
                (fuzzy 2023 1) 2023~1 (fuzzy a1 1)
            a~ ab~2 abc~2
                a (fuzzy ab 1) (fuzzy abc 2)
                note: `a~` at character 1 was read as a word: it has too few letters for a pattern
                note: `ab~2` at character 4 allows fewer edits: two at most, and one letter stays
            topics:(robt~ OR flim~1) title:brian~ provider:decidr~
                +(field topics (group (fuzzy robt 1) (fuzzy flim 1))) +(field title (fuzzy brian 1)) +(field provider (fuzzy decidr 2))
        "#]],
    );
}

#[test]
fn expressions() {
    check(
        &[
            "/colou?r/ x",
            "-/ab+c/ +/x|y/",
            "(/a(b|c)d/ OR e)",
            "/a+/, /b+/; /c+/",
            "title:/rob.*t/ provider:(/dec.*/ x)",
            "/[0-9]{4}/",
            "/(/",
        ],
        &expect![[r#"
            /colou?r/ x
                (regex colou?r) x
            -/ab+c/ +/x|y/
                -(regex ab+c) +(regex x|y)
            (/a(b|c)d/ OR e)
                (group (regex a(b|c)d) e)
            /a+/, /b+/; /c+/
                (regex a+) (regex b+) (regex c+)
            title:/rob.*t/ provider:(/dec.*/ x)
                +(field title (regex rob.*t)) +(field provider (group (regex dec.*) x))
            /[0-9]{4}/
                (regex [0-9]{4})
            /(/
                (nothing)
        "#]],
    );
}

//! What a paste holds that looks like a pattern, and what is one.

use expect_test::expect;

use super::check;

#[test]
fn markup_and_patterns() {
    check(
        &[
            "[title here](https://x.y/z)",
            "![alt text](img.png)",
            "**bold** and *emphasis*",
            "*very important* _note_",
            "- [ ] buy milk",
            "---\ntitle: Hello\n---",
            r#"<a href="https://x.y">link text</a>"#,
            r"^foo.*(bar|baz)$",
            r"/colou?r/",
            "[0-4]",
            "SELECT * FROM t WHERE a = 'b'",
            r#""""docstring""""#,
            "error[E0382]: borrow of moved value: `x`",
            "{{ template }}",
            "%USERPROFILE%",
            r"\d+\.\d+",
        ],
        &expect![[r#"
            [title here](https://x.y/z)
                [title here] https://x.y/z
            ![alt text](img.png)
                ![alt text] img.png
            **bold** and *emphasis*
                **bold** and (wildcard *emphasis*)
            *very important* _note_
                (wildcard *very) (prefix important) _note_
            - [ ] buy milk
                buy milk
                note: `-` at character 1 was left out: it only works directly before a word
            ---\ntitle: Hello\n---
                title Hello
            <a href="https://x.y">link text</a>
                <a href="https://x.y">link text</a>
            ^foo.*(bar|baz)$
                ^foo.* bar|baz
            /colou?r/
                (regex colou?r)
            [0-4]
                [0-4]
            SELECT * FROM t WHERE a = 'b'
                SELECT FROM t WHERE a 'b'
                note: `*` at character 8 was left out: it only works directly after a word
            """docstring"""
                +(phrase "docstring")
                note: the quotes at character 1 hold no word and were left out
                note: the quotes at character 14 hold no word and were left out
            error[E0382]: borrow of moved value: `x`
                error[E0382]: borrow of moved value `x`
            {{ template }}
                template
            %USERPROFILE%
                %USERPROFILE%
            \d+\.\d+
                \d+\.\d+
        "#]],
    );
}

#[test]
fn what_looks_like_a_pattern() {
    check(
        &[
            "C* algebra",
            "C*-algebra and A* search",
            "5* hotel",
            "**bold** *emphasis* ***both***",
            "f(x)*g(x)",
            "a*b*c = d",
            "2*3*4",
            "int *p = &x;",
            "char **argv",
            "*.txt",
            "src/**/*.rs",
            "what?",
            "really?!",
            "??",
            "?foo",
            "yes?no",
            "who? what? where?",
            "https://x.y/find?q=a*b",
            "$2a$10$abc*",
            "* * * * * /usr/bin/backup",
        ],
        &expect![[r#"
            C* algebra
                C algebra
                note: `C*` at character 1 was read as a word: it has too few letters for a pattern
            C*-algebra and A* search
                C*-algebra and A search
                note: `C*-algebra` at character 1 holds a `*` that was read as punctuation: it only works among letters and digits
                note: `A*` at character 16 was read as a word: it has too few letters for a pattern
            5* hotel
                5 hotel
                note: `5*` at character 1 was read as a word: it has too few letters for a pattern
            **bold** *emphasis* ***both***
                **bold** (wildcard *emphasis*) ***both***
            f(x)*g(x)
                f x *g x
                note: `*g` at character 5 holds a `*` that was read as punctuation: it only works among letters and digits
            a*b*c = d
                (wildcard a*b*c) d
            2*3*4
                2*3*4
            int *p = &x;
                int *p &x;
                note: `*p` at character 5 was read as a word: it has too few letters for a pattern
            char **argv
                char **argv
            *.txt
                *.txt
            src/**/*.rs
                src/**/*.rs
            what?
                what?
            really?!
                really?!
            ??
                (nothing)
            ?foo
                ?foo
            yes?no
                (wildcard yes?no)
            who? what? where?
                who? what? where?
            https://x.y/find?q=a*b
                https://x.y/find?q=a*b
                note: `https://x.y/find?q=a*b` at character 1 holds a `*` that was read as punctuation: it only works among letters and digits
            $2a$10$abc*
                $2a$10$abc*
                note: `$2a$10$abc*` at character 1 holds a `*` that was read as punctuation: it only works among letters and digits
            * * * * * /usr/bin/backup
                /usr/bin/backup
                note: `*` at character 1 was left out: it only works directly after a word
                note: `*` at character 3 was left out: it only works directly after a word
                note: `*` at character 5 was left out: it only works directly after a word
                note: and 2 more notes
        "#]],
    );
}

#[test]
fn slashes_and_tildes() {
    check(
        &[
            "/usr/bin/",
            "/tmp/",
            "/etc/conf.d/",
            "/conf.d/",
            "/",
            "//",
            "/+/",
            "s/foo/bar/",
            "s/fo+/bar/g",
            "/fo+/g",
            "and/or w/o 1/2 n/a",
            "/r/rust+programming",
            "/a+ b/",
            "(/fo+(bar)?/ x)",
            "~5",
            "~5 minutes",
            "a~b",
            "~/path",
            "~",
            "10~20",
            "3~5 days",
            "~100~",
            "approx~",
            "C:\\PROGRA~1\\x",
            "x~~y",
            "http://x.y/~user/",
        ],
        &expect![[r#"
            /usr/bin/
                /usr/bin/
            /tmp/
                /tmp/
            /etc/conf.d/
                /etc/conf.d/
            /conf.d/
                /conf.d/
            /
                (nothing)
            //
                (nothing)
            /+/
                (nothing)
            s/foo/bar/
                s/foo/bar/
            s/fo+/bar/g
                s/fo+/bar/g
            /fo+/g
                /fo+/g
            and/or w/o 1/2 n/a
                and/or w/o 1/2 n/a
            /r/rust+programming
                /r/rust+programming
            /a+ b/
                /a+ b/
            (/fo+(bar)?/ x)
                (group (regex fo+(bar)?) x)
            ~5
                ~5
            ~5 minutes
                ~5 minutes
            a~b
                a~b
            ~/path
                ~/path
            ~
                (nothing)
            10~20
                10~20
            3~5 days
                3~5 days
            ~100~
                ~100~
            approx~
                (fuzzy approx 2)
            C:\PROGRA~1\x
                C:\PROGRA~1\x
            x~~y
                x~~y
            http://x.y/~user/
                http://x.y/~user/
        "#]],
    );
}

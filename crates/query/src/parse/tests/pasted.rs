//! Text that was never meant as a query language.

use expect_test::expect;

use super::check;

#[test]
fn words_with_joiners() {
    check(
        &[
            "don't",
            "don’t stop",
            "sci-fi film",
            "JUNG_E",
            "DEC-0054 apply_secrets azure.com",
            "C++ vs C#",
            ".NET core",
            "AT&T",
            "R&D budget",
            "rock & roll",
            "#hashtag @user",
        ],
        &expect![[r#"
            don't
                don't
            don’t stop
                don’t stop
            sci-fi film
                sci-fi film
            JUNG_E
                JUNG_E
            DEC-0054 apply_secrets azure.com
                DEC-0054 apply_secrets azure.com
            C++ vs C#
                C++ vs C#
            .NET core
                .NET core
            AT&T
                AT&T
            R&D budget
                R&D budget
            rock & roll
                rock roll
            #hashtag @user
                #hashtag @user
        "#]],
    );
}

#[test]
fn numbers_and_punctuation() {
    check(
        &[
            "$100",
            "50%",
            "1,000.50",
            "e.g. this",
            "U.S. economy",
            "foo/bar",
            "and/or",
            "key=value",
            "x != y",
            "state-of-the-art",
            "'single quotes'",
            "‘curly singles’",
            "rock 'n' roll",
            "it's 5 o'clock",
            "3.5mm jack",
            "±5 °C",
            "¿Qué pasó?",
            "naïve café",
            "_private __init__",
            "hello, world!",
        ],
        &expect![[r#"
            $100
                $100
            50%
                50%
            1,000.50
                1,000.50
            e.g. this
                e.g. this
            U.S. economy
                U.S. economy
            foo/bar
                foo/bar
            and/or
                and/or
            key=value
                key=value
            x != y
                x y
            state-of-the-art
                state-of-the-art
            'single quotes'
                'single quotes'
            ‘curly singles’
                ‘curly singles’
            rock 'n' roll
                rock 'n' roll
            it's 5 o'clock
                it's 5 o'clock
            3.5mm jack
                3.5mm jack
            ±5 °C
                ±5 °C
            ¿Qué pasó?
                ¿Qué pasó?
            naïve café
                naïve café
            _private __init__
                _private __init__
            hello, world!
                hello, world!
        "#]],
    );
}

#[test]
fn addresses() {
    check(
        &[
            "https://example.com/a-b?q=1&r=2#top",
            "see https://en.wikipedia.org/wiki/Rust_(programming_language) now",
            "(https://x.y/z)",
            "<https://x.y>",
            "mailto:jane@example.com",
            "jane.doe+news@example.com",
            "www.example.com/a:b",
            "git@github.com:owner/repo.git",
            "s3://bucket/key",
        ],
        &expect![[r#"
            https://example.com/a-b?q=1&r=2#top
                https://example.com/a-b?q=1&r=2#top
            see https://en.wikipedia.org/wiki/Rust_(programming_language) now
                see https://en.wikipedia.org/wiki/Rust_(programming_language) now
            (https://x.y/z)
                (group https://x.y/z)
            <https://x.y>
                <https://x.y>
            mailto:jane@example.com
                mailto:jane@example.com
            jane.doe+news@example.com
                jane.doe+news@example.com
            www.example.com/a:b
                www.example.com/a:b
            git@github.com:owner/repo.git
                git@github.com:owner/repo.git
            s3://bucket/key
                s3://bucket/key
        "#]],
    );
}

#[test]
fn times_and_paths() {
    check(
        &[
            "localhost:8080",
            "12:30",
            "at 12:30:15 on 2023-01-10",
            "2023-01-10T12:30:00Z",
            "16:9 video",
            r"C:\Windows\x",
            "c:/Users/me",
            r"\\server\share",
            "~/notes",
            "/usr/local/bin",
            "../up/*",
            "PROGRA~1",
        ],
        &expect![[r#"
            localhost:8080
                +(field localhost 8080)
            12:30
                12:30
            at 12:30:15 on 2023-01-10
                at 12:30:15 on 2023-01-10
            2023-01-10T12:30:00Z
                2023-01-10T12:30:00Z
            16:9 video
                16:9 video
            C:\Windows\x
                C:\Windows\x
            c:/Users/me
                c:/Users/me
            \\server\share
                \\server\share
            ~/notes
                ~/notes
            /usr/local/bin
                /usr/local/bin
            ../up/*
                ../up/*
            PROGRA~1
                PROGRA
                note: `~1` at character 7 is not understood and was left out
        "#]],
    );
}

#[test]
fn code() {
    check(
        &[
            "std::vec",
            "IInkAnalyzer::LoadResults",
            "foo(bar)",
            "call foo(bar, baz) now",
            "(call foo(bar) now)",
            r#"println!("Hello, world");"#,
            "fn main() {}",
        ],
        &expect![[r#"
            std::vec
                std::vec
            IInkAnalyzer::LoadResults
                IInkAnalyzer::LoadResults
            foo(bar)
                foo bar
            call foo(bar, baz) now
                call foo bar, baz now
            (call foo(bar) now)
                (group call foo bar now)
            println!("Hello, world");
                println! +(phrase "Hello, world")
            fn main() {}
                fn main
        "#]],
    );
}

#[test]
fn commands_and_operators() {
    check(
        &[
            "a->b => c",
            "git rebase --interactive -i",
            "i++ + ++j",
            "x += 1",
            "{} [] <>",
            ">>>",
            "a[0] = b[1];",
            "if (a && b) || c",
            "#include <stdio.h>",
            r#"{"name": "Alice Smith", "age": 30}"#,
            r#"{"a":"b"}"#,
        ],
        &expect![[r#"
            a->b => c
                a->b c
            git rebase --interactive -i
                git rebase --interactive -i
            i++ + ++j
                i++ ++j
                note: `+` at character 5 was left out: it only works directly before a word
            x += 1
                x 1
            {} [] <>
                (nothing)
            >>>
                (nothing)
            a[0] = b[1];
                a[0] b[1];
            if (a && b) || c
                if (group a b) c
                note: `&&` at character 7 is not understood and was left out
                note: `||` at character 13 is not understood and was left out
            #include <stdio.h>
                #include <stdio.h>
            {"name": "Alice Smith", "age": 30}
                +(phrase "name") +(phrase "Alice Smith") +(phrase "age") 30}
            {"a":"b"}
                +(phrase "a") +(phrase "b")
        "#]],
    );
}

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
                **bold** and *emphasis*
            *very important* _note_
                *very (prefix important) _note_
                note: `*very` at character 1 holds a `*` that was read as punctuation: it only works at the end of a word
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
                /colou?r/
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
fn quotes_in_sentences() {
    check(
        &[
            "who is \"waldo\"?",
            "He said \"I will go\" and left",
            "a 5\" pipe",
            "6'2\" tall and 5\" wide",
            "the 5\" pipe and \"copper fitting\"",
            "he said \"I will go there",
        ],
        &expect![[r#"
            who is "waldo"?
                who is +(phrase "waldo")
            He said "I will go" and left
                He said +(phrase "I will go") and left
            a 5" pipe
                a 5 pipe
                note: the quote at character 4 was read as punctuation, not as a phrase
            6'2" tall and 5" wide
                6'2 tall and 5 wide
                note: the quote at character 4 was read as punctuation, not as a phrase
                note: the quote at character 16 was read as punctuation, not as a phrase
            the 5" pipe and "copper fitting"
                the 5 pipe and +(phrase "copper fitting")
                note: the quote at character 6 was read as punctuation, not as a phrase
            he said "I will go there
                he said I will go there
                note: the quote at character 9 is not closed and was left out
        "#]],
    );
}

#[test]
fn colons_and_parentheses() {
    check(
        &[
            "Note: hello",
            "Re: your mail",
            "Dune: Part Two",
            "Dune:Part Two",
            "The Batman (2022 film) review",
            "foo (bar",
            "1) first 2) second",
            "happy :) sad :( wink ;-)",
            "(happy :) people)",
            "thanks:)",
            "foo\"bar baz\"",
            "(winter (-5 degrees) is cold)",
            "* one\n* two",
            "¯\\_(ツ)_/¯",
        ],
        &expect![[r#"
            Note: hello
                Note hello
            Re: your mail
                Re your mail
            Dune: Part Two
                Dune Part Two
            Dune:Part Two
                +(field Dune Part) Two
            The Batman (2022 film) review
                The Batman (group 2022 film) review
            foo (bar
                foo (group bar)
                note: the parenthesis at character 5 is not closed, so the group was read to the end
            1) first 2) second
                1 first 2 second
                note: the `)` at character 2 closes nothing and was left out
                note: the `)` at character 11 closes nothing and was left out
            happy :) sad :( wink ;-)
                happy sad wink
            (happy :) people)
                (group happy people)
            thanks:)
                thanks
            foo"bar baz"
                foo"bar baz
                note: the quote at character 12 was read as punctuation, not as a phrase
            (winter (-5 degrees) is cold)
                (group winter (group -5 degrees) is cold)
            * one\n* two
                one two
                note: `*` at character 1 was left out: it only works directly after a word
                note: `*` at character 7 was left out: it only works directly after a word
            ¯\_(ツ)_/¯
                ツ
        "#]],
    );
}

#[test]
fn lists_and_dashes() {
    check(
        &[
            "what?! no... yes",
            "Apple – the story — of a company",
            "• one\n• two",
            "- one\n- two\n- three\n- four\n- five",
            "Home » News » Sports",
        ],
        &expect![[r#"
            what?! no... yes
                what?! no... yes
            Apple – the story — of a company
                Apple the story of a company
            • one\n• two
                one two
            - one\n- two\n- three\n- four\n- five
                one two three four five
                note: `-` at character 1 was left out: it only works directly before a word
                note: `-` at character 7 was left out: it only works directly before a word
                note: `-` at character 13 was left out: it only works directly before a word
                note: and 2 more notes
            Home » News » Sports
                Home News Sports
        "#]],
    );
}

#[test]
fn headlines() {
    check(
        &[
            "f*ck this",
            "WAR AND PEACE",
            "TRUMP AND XI MEET IN BEIJING, NOT IN PARIS OR ROME",
            "TO BE OR NOT TO BE",
            "NASA AND the ESA",
            "AND",
            "NOT GUILTY",
            "???",
            "",
            "   ",
        ],
        &expect![[r#"
            f*ck this
                f*ck this
                note: `f*ck` at character 1 holds a `*` that was read as punctuation: it only works at the end of a word
            WAR AND PEACE
                WAR AND PEACE
                note: `AND` at character 5 was read as a word, since the query is all in capitals
            TRUMP AND XI MEET IN BEIJING, NOT IN PARIS OR ROME
                TRUMP AND XI MEET IN BEIJING, NOT IN PARIS OR ROME
                note: `AND` at character 7 was read as a word, since the query is all in capitals
                note: `NOT` at character 31 was read as a word, since the query is all in capitals
                note: `OR` at character 44 was read as a word, since the query is all in capitals
            TO BE OR NOT TO BE
                TO BE OR NOT TO BE
                note: `OR` at character 7 was read as a word, since the query is all in capitals
                note: `NOT` at character 10 was read as a word, since the query is all in capitals
            NASA AND the ESA
                (group +NASA +the) ESA
            AND
                AND
            NOT GUILTY
                NOT GUILTY
                note: `NOT` at character 1 was read as a word, since the query is all in capitals
            ???
                (nothing)
            ""
                (nothing)
            "   "
                (nothing)
        "#]],
    );
}

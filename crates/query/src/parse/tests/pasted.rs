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
                (fuzzy PROGRA 1)
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
                (wildcard f*ck) this
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

#[test]
fn mixed_scripts_and_marks() {
    check(
        &[
            "서울~ 부산*",
            "東京* タワー?",
            "東?京",
            "السينما~ فيلم*",
            "кино* фил?м",
            "naïve~ caf?",
            "🎬* film",
            "don?t stop",
            "O’Reill* O'Reilly~",
            "state-of-the-a*",
            "f\u{200D}*x",
        ],
        &expect![[r#"
            서울~ 부산*
                서울~ 부산
            東京* タワー?
                東京 タワー?
            東?京
                東?京
            السينما~ فيلم*
                (fuzzy السينما 2) (prefix فيلم)
            кино* фил?м
                (prefix кино) (wildcard фил?м)
            naïve~ caf?
                (fuzzy naïve 1) caf?
            🎬* film
                🎬* film
            don?t stop
                (wildcard don?t) stop
            O’Reill* O'Reilly~
                (prefix O’Reill) (fuzzy O'Reilly 2)
            state-of-the-a*
                (prefix state-of-the-a)
            f\u{200d}*x
                (wildcard f\u{200d}*x)
        "#]],
    );
}

#[test]
fn log_lines_and_lists() {
    check(
        &[
            "2023-01-24 22:31:00,123 ERROR [main] c.x.Y - failed: null",
            "at com.x.Main.main(Main.java:12)",
            "Subject: Re: [list] -- hello -- (was: bye)",
            "1. First; 2. Second; 3. Third.",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "SELECT a.* FROM b a WHERE a.x LIKE '%y%'",
            "git log --oneline -n 5 | head",
            "rm -rf ./node_modules/*",
            "def f(*args, **kwargs): pass",
            "x = y ? a : b",
            "if (!x || y?.z ?? w) {",
            "The Good, the Bad & the Ugly (1966) [1080p]",
            "10:30–11:45 @ Room 5/6 (2nd floor)",
            "price: $1,299.00 -20% = $1,039.20",
            "C++17/20, C#, F#, .NET-8",
            "a:b:c:d has:x path:C:/x",
            "user@host:~/dir$ ls -la *.md",
            "Ctrl+C, Ctrl+V & Alt-F4",
        ],
        &expect![[r#"
            2023-01-24 22:31:00,123 ERROR [main] c.x.Y - failed: null
                2023-01-24 22:31:00,123 ERROR [main] c.x.Y failed null
                note: `-` at character 44 was left out: it only works directly before a word
            at com.x.Main.main(Main.java:12)
                at com.x.Main.main Main.java:12
            Subject: Re: [list] -- hello -- (was: bye)
                Subject Re [list] hello (group was bye)
                note: `--` at character 21 was left out: it only works directly before a word
                note: `--` at character 30 was left out: it only works directly before a word
            1. First; 2. Second; 3. Third.
                1. First; 2. Second; 3. Third.
            | a | b |\n|---|---|\n| 1 | 2 |
                a b 1 2
            SELECT a.* FROM b a WHERE a.x LIKE '%y%'
                SELECT a.* FROM b a WHERE a.x LIKE '%y%'
            git log --oneline -n 5 | head
                git log --oneline -n 5 head
            rm -rf ./node_modules/*
                rm -rf ./node_modules/*
            def f(*args, **kwargs): pass
                def f *args, **kwargs pass
                note: `*args,` at character 7 holds a `*` that was read as punctuation: it only works among letters and digits
            x = y ? a : b
                x y a b
            if (!x || y?.z ?? w) {
                if (group !x y?.z w)
                note: `||` at character 8 is not understood and was left out
            The Good, the Bad & the Ugly (1966) [1080p]
                The Good, the Bad the Ugly (group 1966) [1080p]
            10:30–11:45 @ Room 5/6 (2nd floor)
                10:30–11:45 Room 5/6 (group 2nd floor)
            price: $1,299.00 -20% = $1,039.20
                price $1,299.00 -20% $1,039.20
            C++17/20, C#, F#, .NET-8
                C++17/20, C#, F#, .NET-8
            a:b:c:d has:x path:C:/x
                +(field a b:c:d) +(field has x) +(field path C:/x)
            user@host:~/dir$ ls -la *.md
                user@host:~/dir$ ls -la *.md
            Ctrl+C, Ctrl+V & Alt-F4
                Ctrl+C, Ctrl+V Alt-F4
        "#]],
    );
}

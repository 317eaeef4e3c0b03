use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::front_matter;

/// What an article's front matter tells of it, and the problems with that.
fn read(text: &str) -> (Article, Vec<(Option<Position>, ProblemKind)>) {
    let (mut article, mut problems) = (Article::default(), Vec::new());
    if let Some(front) = front_matter::split(text) {
        apply(&front, &mut article, &mut problems);
    }
    (article, problems)
}

/// Shows everything but the metadata, unless there is nothing else.
fn check(text: &str, expect: &Expect) {
    let (article, problems) = read(text);
    let mut shown = String::new();
    if article.title_source == TitleSource::FrontMatter {
        let _ = writeln!(
            shown,
            "{} title: {:?}",
            article.title.line, article.title.text
        );
    }
    if let Some(excerpt) = &article.excerpt {
        let _ = writeln!(shown, "{} excerpt: {:?}", excerpt.line, excerpt.text);
    }
    for (name, date) in [("date", article.date), ("updated", article.updated)] {
        if let Some(date) = date {
            let _ = writeln!(shown, "{name}: {date}");
        }
    }
    if !article.topics.is_empty() {
        let _ = writeln!(shown, "topics: {:?}", article.topics);
    }
    let texts = [
        ("provider", &article.provider),
        ("author", &article.author),
        ("url", &article.url),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            let _ = writeln!(shown, "{name}: {text:?}");
        }
    }
    for related in &article.related {
        let _ = writeln!(
            shown,
            "{} related: {:?} {:?}",
            related.line, related.title, related.excerpt
        );
    }
    show_problems(&problems, &mut shown);
    expect.assert_eq(&shown);
}

fn check_metadata(text: &str, expect: &Expect) {
    let (article, problems) = read(text);
    let mut shown = String::new();
    for (path, value) in &article.metadata {
        let _ = writeln!(shown, "{path}: {value:?}");
    }
    show_problems(&problems, &mut shown);
    expect.assert_eq(&shown);
}

fn show_problems(problems: &[(Option<Position>, ProblemKind)], shown: &mut String) {
    for (at, kind) in problems {
        let at = at.map_or_else(String::new, |at| format!("{}:{}: ", at.line, at.column));
        let _ = writeln!(shown, "{at}{kind}");
    }
}

#[test]
fn the_third_seed() {
    let seed = include_str!("../../../../seeds/003_6a51a6705fafdd11.txt");
    check(
        seed,
        &expect![[r#"
        3 title: "Stream It Or Skip It: ‘Jung_E’ on Netflix, a Sci-Fi Fable About AI and Brain-Cloning"
        4 excerpt: "As he offered a new angle on a familiar subgenre with Busan, he surely hopes to do the same for artificial intelligence science-fiction (AI-SCI-FI?!?) with his latest work, which is set in a sort-of-post-apocalyptic dystopia where robots fight wars for us,"
        date: 2023-01-24T22:31:00Z
        topics: ["Facebook AI", "AI"]
        provider: "Decider"
        url: "https://decider.com/2023/01/24/jung_e-on-netflix-stream-it-or-skip-it/"
        30 related: "8 Sci-Fi Games About Artificial Intelligence" "This applies to the development of artificial and virtual intelligence as well, something that Cyberpunk 2077 discusses in immense detail. AI gaining sentience is something that is discussed ..."
        44 related: "7 mind-boggling movies & shows about Artificial Intelligence, androids and killer machines on Netflix and more" "Real Steel, Westworld and more, 7 mind-boggling movies & shows about Artificial Intelligence, androids and killer machines on Netflix and more"
    "#]],
    );
    let (article, _) = read(seed);
    assert!(article.metadata.iter().all(|(path, _)| path != "secured"));
    assert_eq!(article.metadata.len(), 46);
}

#[test]
fn the_first_usable_name_is_taken() {
    check(
        "---\nHeadline: H\nTITLE: 'T  t'\nsummary: s\nDescription: |\n  d\n  e\nms.date: 2/2/2021\nlastmod: January 10, 2023\nCategories: [a, B]\ntags: b, c; A\nsource: https://example.org\npublisher: P\nauthor: [A, {name: B}, {x: y}, A]\npermalink: /about/\nurl: https://example.org/a\n---\n",
        &expect![[r#"
            3 title: "T t"
            5 excerpt: "d e"
            date: 2021-02-02
            updated: 2023-01-10
            topics: ["b", "c", "A"]
            provider: "P"
            author: "A, B"
            url: "https://example.org/a"
        "#]],
    );
    check(
        "---\nauthor: {name: N, email: e}\nprovider: Q\n---\n",
        &expect![[r#"
            provider: "Q"
            author: "N"
        "#]],
    );
    check(
        "---\nms:\n  date: 2021-02\ntitle: 2023-01-24\n---\n",
        &expect![[r#"
            4 title: "2023-01-24"
            date: 2021-02
        "#]],
    );
    check(
        "---\ntitle: 1984\ndate: 2023\nupdated: 20230124\nauthor: ''\nbyline: x\n---\n",
        &expect![[r#"
            2 title: "1984"
            date: 2023
            updated: 2023-01-24
            author: "x"
        "#]],
    );
    check(
        "+++\ntitle = 'T'\ndate = 2023-01-24\n[author]\nname = 'N'\n+++\n",
        &expect![[r#"
            2 title: "T"
            date: 2023-01-24
            author: "N"
        "#]],
    );
}

#[test]
fn what_a_key_cannot_mean_is_told() {
    check(
        "---\ntitle: {en: T}\nheadline: H\nexcerpt: [a]\ndate: soon\npublished_at: 2023-02-30\ncreated: 2023-01-24\nupdated: true\nmodified: 2023.5\ntopics: {a: b}\ntags: [x, {y: z}]\nrelated: {title: t}\n---\n",
        &expect![[r#"
            3 title: "H"
            date: 2023-01-24
            topics: ["x"]
            2:1: front matter: `title` is a map, not a text
            4:1: front matter: `excerpt` is a list, not a text
            5:1: front matter: `date` is not a date: `soon`
            6:1: front matter: `published_at` is a date that does not exist: `2023-02-30`
            8:1: front matter: `updated` is not a date: `true`
            9:1: front matter: `modified` is not a date: `2023.5`
            10:1: front matter: `topics` is not a list of texts
            11:1: front matter: `tags` is not a list of texts
            12:1: front matter: `related` is a map, not a list of articles
        "#]],
    );
    let long = "word ".repeat(50);
    check(
        &format!("---\nms:\n  date: {long}\n---\n"),
        &expect![[r"
        3:3: front matter: `ms.date` is not a date: `word word word word word word word word word word word word …`
    "]],
    );
}

#[test]
fn related_articles() {
    check(
        "---\nrelated:\n- A\n- title: B\n  excerpt: e\n-\n  headline: C\n- [[D]]\n- {title: E}\n- {url: x}\n---\n",
        &expect![[r#"
            3 related: "A" ""
            4 related: "B" "e"
            6 related: "C" ""
            8 related: "D" ""
            9 related: "E" ""
        "#]],
    );
    check(
        "---\nrelated: A\n---\n",
        &expect![[r#"
        2 related: "A" ""
    "#]],
    );
    check(
        "---\nx: 1\nrelated: [A, B]\n---\n",
        &expect![[r#"
        3 related: "A" ""
        3 related: "B" ""
    "#]],
    );
}

#[test]
fn every_key_is_metadata() {
    check_metadata(
        "---\na: Text \nb: 12\nc: 1.5\nd: true\ne: ~\nf: ''\ng: [x, [y, 1]]\nh:\n  i: {j: k}\n  l: m\nimages:\n- width: 1\n- width: 2\n---\n",
        &expect![[r#"
            a: Text("Text")
            b: Integer(12)
            c: Float(1.5)
            d: Bool(true)
            g: Text("x")
            g: Text("y")
            g: Integer(1)
            h.i.j: Text("k")
            h.l: Text("m")
            images.width: Integer(1)
            images.width: Integer(2)
        "#]],
    );
}

#[test]
fn dates_among_the_metadata() {
    check_metadata(
        "---\nreleased: 2023-01-24\nmade: 1/24/2023\nwhen: January 10, 2023\nat: 2023-01-24T22:31:00Z\nseason: 2010-11\nyear: 2023\nnever: 2023-02-30\nversion: 1.0.0\ntitle: 2023-01-24\ndate: 2023-01\nupdated: 2023\nms.date: soon\n---\n",
        &expect![[r#"
            released: Date(Date { seconds: 1674518400, precision: Day })
            made: Date(Date { seconds: 1674518400, precision: Day })
            when: Date(Date { seconds: 1673308800, precision: Day })
            at: Date(Date { seconds: 1674599460, precision: Second })
            season: Text("2010-11")
            year: Integer(2023)
            never: Text("2023-02-30")
            version: Text("1.0.0")
            title: Text("2023-01-24")
            date: Date(Date { seconds: 1672531200, precision: Month })
            updated: Date(Date { seconds: 1672531200, precision: Year })
            ms.date: Text("soon")
        "#]],
    );
}

#[test]
fn encoded_data_is_no_text() {
    let base64 = "ZmNiKlXaNX4Y3sOvW0NVPjQzaCWLQSle/6IXOwAzppaRcQYvqXF4K7EKpmzdTuYsemB6sFdLAOs=";
    let url_safe =
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0";
    let joined = format!("{base64};o2o1CbPA8bEY8kmpdyVfIQ==");
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let base32 = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPJQWEY3EMVTGO2DJNJVWY3LOPBXX";
    let inline = format!("data:image/png;base64,{base64}");
    let colons = "ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67";
    for text in [base64, url_safe, &joined, hash, base32, &inline, colons] {
        assert!(values::is_opaque(text), "{text}");
        check(
            &format!(
                "---\ntitle: {text}\ntags: {text}\nkeywords: ['{text}']\nauthor: {text}\n---\n"
            ),
            &expect![[""]],
        );
        check_metadata(
            &format!("---\nx: {text}\nlist: [\"{text}\"]\n---\n"),
            &expect![[""]],
        );
    }
}

#[test]
fn long_names_and_addresses_are_text() {
    for text in [
        "https://decider-com.cdn.ampproject.org/c/s/decider.com/2023/01/24/jung_e/aB3xZ9qR7tY2/amp/",
        "static0.gamerantimages.com/wordpress/wp-content/uploads/2023/01/collage-maker-13-jan-2023.jpg",
        "Microsoft.Windows.ApplicationModel.Resources.Management.IndexedResourceCandidate2",
        "ID3D12GraphicsCommandList4.BuildRaytracingAccelerationStructure.D3D12_RAYTRACING",
        "api-ms-win-core-file-l1-1-0.dll;api-ms-win-core-file-l1-2-0.dll;KernelBase.dll;Kernel32.dll",
        "a_snake_case_name_that_goes_on_and_on_until_it_has_more_than_64_characters_in_it",
        "/library/windows/desktop/Direct3D11/ID3D11DeviceContext/DrawIndexedInstancedIndirect",
        "深度学习模型在自然语言处理领域取得了显著的进展并且正在改变我们与计算机互动的方式",
        "is-it-ok-to-do-it-on-my-pc-if-i-am-at-5-or-6-and-so-on-or-is-it-not-ok-to-do-it",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479,6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "01,02,03,04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    ] {
        assert!(!values::is_opaque(text), "{text}");
    }
}

#[test]
fn what_is_too_long_is_not_metadata() {
    let long = "word ".repeat(8_000);
    let path = "k".repeat(300);
    check_metadata(
        &format!("---\nnotes: {long}\n{path}: x\nshort: y\n---\n"),
        &expect![[r#"
            short: Text("y")
            2:1: front matter: `notes` is longer than 32 KiB and was left out
            3:1: front matter: `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…` has a name longer than 256 bytes and was left out
        "#]],
    );
    let (article, problems) = read(&format!("---\nexcerpt: {long}\n---\n"));
    assert_eq!(
        article.excerpt.map(|excerpt| excerpt.text.len()),
        Some(39_999)
    );
    assert!(article.metadata.is_empty() && problems.is_empty());
}

#[test]
fn many_values_take_no_more_than_their_time() {
    let entries = "- {title: a, date: x}\n".repeat(10_000);
    let (article, _) = read(&format!(
        "---\nrelated:\n{entries}tags:\n{}---\n",
        "- t\n".repeat(5_000)
    ));
    assert_eq!(article.related.len(), 10_000);
    assert_eq!(
        article.related.last().map(|related| related.line),
        Some(10_002)
    );
    assert_eq!(article.topics, ["t"]);
}

proptest! {
    #[test]
    fn any_front_matter_is_read(
        lines in prop::collection::vec(
            ("(title|date|tags|related|provider|author|url|ms|  name|  date|- title|- )", ":?", "[ a-z0-9\\[\\]{}:,'\"/*é|-]{0,16}"),
            0..12,
        ),
    ) {
        let line = |(key, colon, value): &(String, String, String)| format!("{key}{colon} {value}\n");
        let text = format!("---\n{}---\nBody\n", lines.iter().map(line).collect::<String>());
        let (article, problems) = read(&text);
        let count = text.lines().count();
        for (at, _) in &problems {
            if let Some(at) = at {
                prop_assert!((1..=count + 1).contains(&(at.line as usize)) && at.column >= 1);
            }
        }
        for related in &article.related {
            prop_assert!((2..=count).contains(&(related.line as usize)));
        }
        if article.title_source == TitleSource::FrontMatter {
            prop_assert!((2..=count).contains(&(article.title.line as usize)));
        }
    }
}

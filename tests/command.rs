use std::fs;

use expect_test::expect;

use crate::support::{Folder, gleaner, seeds};

fn indexed() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(
        gleaner(dir.path(), &["index", &seeds().to_string_lossy()]).code,
        0
    );
    dir
}

#[test]
fn indexing_says_what_it_did_on_stderr() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let ran = gleaner(dir.path(), &["index", &seeds().to_string_lossy()]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert_eq!(
        ran.err,
        "3 articles: 3 added, 0 changed, 0 removed, 0 unchanged\n"
    );
    let again = gleaner(dir.path(), &["index"]);
    assert_eq!(
        again.err,
        "3 articles: 0 added, 0 changed, 0 removed, 3 unchanged\n"
    );
}

#[test]
fn strict_fails_on_any_problem_new_or_old() {
    let folder = Folder::new(&[("a.md", "fine")]);
    let articles = folder.articles().to_string_lossy().into_owned();
    assert_eq!(
        gleaner(&folder.index(), &["index", &articles, "--strict"]).code,
        0
    );
    folder.write("b.md", b"caf\xe9");
    let ran = gleaner(&folder.index(), &["index", &articles, "--strict"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "2 articles: 1 added, 0 changed, 0 removed, 1 unchanged\nb.md:1:4: not UTF-8: read as Windows-1252\n"
    );
    let ran = gleaner(&folder.index(), &["index", &articles, "--strict"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .ends_with("1 problem of before stands: see `gleaner status`\n"),
        "{}",
        ran.err
    );
}

#[test]
fn hits_are_shown_for_reading() {
    let index = indexed();
    let ran = gleaner(index.path(), &["search", "cyberpunk", "2077"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "1 hit\n"));
    let seeds = fs::canonicalize(seeds()).expect("the seeds");
    let shown = ran.out.replace(&*seeds.to_string_lossy(), "seeds");
    expect![[r"
        1.  Stream It Or Skip It: ‘Jung_E’ on Netflix, a Sci-Fi Fable About AI and
            Brain-Cloning
            seeds/003_6a51a6705fafdd11.txt:30
            2023-01-24 · Decider · Facebook AI, AI
            Related, 8 Sci-Fi Games About Artificial Intelligence: This applies to the
            development of artificial and virtual intelligence as well, something that
            Cyberpunk 2077 discusses in immense detail. AI gaining sentience is
            something that is discussed ...

    "]]
    .assert_eq(&shown);
}

#[test]
fn matches_are_coloured_when_asked_and_not_otherwise() {
    let index = indexed();
    let plain = gleaner(index.path(), &["search", "hellbound"]).out;
    assert!(!plain.contains('\u{1b}'));
    let coloured = gleaner(index.path(), &["--color", "always", "search", "hellbound"]).out;
    assert!(
        coloured.contains("\u{1b}[1m\u{1b}[31mHellbound\u{1b}[0m"),
        "{coloured:?}"
    );
}

#[test]
fn paths_come_one_a_line_or_apart_by_nul() {
    let index = indexed();
    let lines = gleaner(index.path(), &["search", "--format", "paths", "netflix"]).out;
    assert_eq!(lines.lines().count(), 3);
    assert!(
        lines
            .lines()
            .all(|path| fs::exists(path).is_ok_and(|there| there)),
        "{lines}"
    );
    let nuls = gleaner(
        index.path(),
        &["search", "--format", "paths", "-0", "netflix"],
    )
    .out;
    assert_eq!(nuls, lines.replace('\n', "\0"));
}

#[test]
fn exit_codes_tell_found_from_not_found_from_failed() {
    let index = indexed();
    assert_eq!(gleaner(index.path(), &["search", "netflix"]).code, 0);
    let nothing = gleaner(index.path(), &["search", "nonsensical"]);
    assert_eq!(
        (nothing.code, nothing.out.as_str(), nothing.err.as_str()),
        (1, "", "nothing found\n")
    );
    assert_eq!(gleaner(index.path(), &["search"]).code, 2);
    assert_eq!(gleaner(index.path(), &["--help"]).code, 0);
    let none = gleaner(&index.path().join("none"), &["status"]);
    assert_eq!(none.code, 2);
    assert!(
        none.err
            .contains("no index here\nMake one with `gleaner index FOLDER --index "),
        "{}",
        none.err
    );
}

#[test]
fn a_search_can_bring_the_index_up_to_date_first() {
    let folder = Folder::new(&[("a.md", "one keyword")]);
    let articles = folder.articles().to_string_lossy().into_owned();
    gleaner(
        &folder.index(),
        &["index", &articles, "--exclude", "drafts"],
    );
    folder.write("b.md", "two keywords");
    folder.write("drafts/c.md", "three keywords");
    let ran = gleaner(&folder.index(), &["search", "keyword"]);
    assert_eq!(ran.err, "1 hit\n");
    let ran = gleaner(&folder.index(), &["search", "--refresh", "keyword"]);
    assert_eq!(
        ran.err,
        "2 articles: 1 added, 0 changed, 0 removed, 1 unchanged\n2 hits\n"
    );
}

#[test]
fn a_changed_file_is_marked_in_the_hits() {
    let folder = Folder::new(&[("a.md", "one keyword")]);
    folder.ingest();
    folder.write("a.md", "something else altogether");
    let ran = gleaner(&folder.index(), &["search", "keyword"]);
    assert!(
        ran.out.contains("a.md:1  (changed since it was indexed)\n"),
        "{}",
        ran.out
    );
}

#[test]
fn the_status_names_what_differs_and_what_is_wrong() {
    let folder = Folder::new(&[("a.md", "one"), ("b.md", "two")]);
    folder.write("c.md", b"caf\xe9");
    folder.ingest();
    folder.write("d.md", "new");
    fs::remove_file(folder.articles().join("a.md")).expect("removed");
    let ran = gleaner(&folder.index(), &["status"]);
    assert_eq!(ran.code, 0);
    let format = format!(" in 1 segment, format {}\n", gleaner::FORMAT);
    for expected in [
        "articles   3 of ",
        &format,
        "on disk    1 added, 0 changed, 1 removed since: run `gleaner index`\n",
        "problems   1\n  c.md:1:4: not UTF-8: read as Windows-1252\n",
    ] {
        assert!(ran.out.contains(expected), "{expected} in {}", ran.out);
    }
}

#[test]
fn text_of_articles_cannot_steer_the_terminal() {
    let folder = Folder::new(&[(
        "a.md",
        "---\ntitle: \"Red \\e[31m alert\"\n---\nA keyword \u{1b}[2J here.",
    )]);
    folder.ingest();
    let ran = gleaner(&folder.index(), &["search", "keyword"]);
    assert!(!ran.out.contains('\u{1b}'), "{:?}", ran.out);
}

#[test]
fn a_ranking_is_measured_against_judgements() {
    let index = indexed();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let queries = file(
        "queries.tsv",
        "1\tteaser\n2\t\"hemorrhage\" -x\n3\txylophone\n",
    );
    let qrels = file(
        "qrels.txt",
        "1 0 000_9cc39a4a6963c75f 1\n2 0 001_77feaa13a1e19091 1\n3 0 001_77feaa13a1e19091 1\n",
    );
    let ran = gleaner(
        index.path(),
        &["eval", "--queries", &queries, "--qrels", &qrels],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let map = ran
        .out
        .lines()
        .find(|line| line.starts_with("map"))
        .expect("a figure");
    assert_eq!(map, "map                   \tall\t0.6667");
    assert!(
        ran.out.ends_with("num_q                 \tall\t3\n"),
        "{}",
        ran.out
    );
    let as_run = ["search", "--format", "trec", "--queries"];
    let run = gleaner(index.path(), &[&as_run[..], &[&queries]].concat()).out;
    assert!(run.starts_with("1 Q0 000_9cc39a4a6963c75f 1 "), "{run}");
    let bad = file("bad.tsv", "1 no tab\n");
    let ran = gleaner(index.path(), &[&as_run[..], &[&bad]].concat());
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .ends_with("bad.tsv:1: no tab between the name of a query and its text\n")
    );
}

#[test]
fn a_second_passage_is_shown_with_its_line_and_headings() {
    let folder = Folder::new(&[(
        "film.md",
        "# A film\n\n## Plot\n\nA soldier dies in the first days of a long war.\n\nYears later a \
         company copies the soldier's brain.\n\n## Making of\n\n### Sound\n\nThe orchestra was \
         recorded in a church.\n",
    )]);
    folder.ingest();
    let ran = gleaner(&folder.index(), &["search", "brain company orchestra"]);
    let shown: Vec<&str> = ran.out.lines().skip(2).collect();
    assert_eq!(
        shown[..4],
        [
            "    Plot",
            "    Years later a company copies the soldier's brain.",
            "    line 13 · Making of › Sound",
            "    The orchestra was recorded in a church.",
        ],
        "{}",
        ran.out
    );
    assert!(ran.out.contains("film.md:7\n"), "{}", ran.out);
}

#[test]
fn dates_of_the_arguments_filter_and_a_bad_one_is_an_error() {
    let index = indexed();
    let search = |more: &[&str]| {
        let args = [
            "search",
            "--format",
            "paths",
            "--now",
            "2023-01-25",
            "netflix",
        ];
        gleaner(index.path(), &[&args[..], more].concat())
    };
    let found = |more: &[&str]| search(more).out.lines().count();
    assert_eq!(found(&[]), 3);
    assert_eq!(found(&["--since", "yesterday"]), 1);
    assert_eq!(
        found(&["--since", "2023-01-24", "--until", "2023-01-24"]),
        1
    );
    assert_eq!(found(&["--until", "last week"]), 0);
    assert_eq!(found(&["--since", "7d", "date:yesterday", "-teaser"]), 1);
    let ran = search(&["--since", "soonish"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "gleaner: --since soonish: not a date: write it like 2023, 2023-01-24, yesterday, 7d or \
         \"last month\"\n"
    );
    let ran = gleaner(index.path(), &["search", "x", "--now", "7d"]);
    assert_eq!(ran.code, 2, "what is counted from has to be a date");
}

#[test]
fn a_benchmark_times_the_queries_of_a_file() {
    let index = indexed();
    let queries = index.path().join("queries.tsv");
    fs::write(&queries, "term\tteaser\nq1\tnetflix film\n").expect("a file");
    let args = [
        "bench",
        "--runs",
        "3",
        "--queries",
        &queries.to_string_lossy(),
    ];
    let ran = gleaner(index.path(), &args);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (0, "timing 2 queries, 3 times each\n")
    );
    for line in [
        "queries    2, of a file\n           none of the class and, phrase, prefix, fuzzy, filtered\n",
        "index      3 articles, ",
        "\nwarm, snippets: the best 10 with passages\n",
        "\nterm             3 ",
        "\nall              6 ",
        "\ncold: not measured, this program cannot be started again\n",
    ] {
        assert!(ran.out.contains(line), "{line} in {}", ran.out);
    }
    let ran = gleaner(index.path(), &["bench", "--against", "none"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .ends_with("none: no saved run here\nKeep one with `gleaner bench --save NAME`.\n"),
        "{}",
        ran.err
    );
}

#[test]
fn hits_can_be_shown_without_passages() {
    let index = indexed();
    let shown = |more: &[&str]| gleaner(index.path(), &[&["search", "hellbound"], more].concat());
    let (with, without) = (shown(&[]), shown(&["--no-snippets"]));
    assert_eq!((without.code, &without.err), (0, &with.err));
    let lines: Vec<&str> = without.out.lines().collect();
    assert!(lines[0].starts_with("1.  ") && with.out.lines().count() > lines.len());
    assert!(!without.out.contains("Hellbound"), "{}", without.out);
}

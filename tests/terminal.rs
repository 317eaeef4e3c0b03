//! Nothing that comes from files or arguments steers a terminal, whatever is asked of the command.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;

use gleaner_cli::{Console, run_on};

use crate::support::Folder;

/// Characters that a terminal obeys, one of each kind.
const STEERING: &str =
    "\u{1b}[31m\u{7}\r\u{7f}\u{9b}31m\u{61c}\u{200e}\u{2028}\u{202e}\u{2066}\u{e0041}";

/// Whether a terminal would show the text and nothing else happen.
fn is_plain(text: &str) -> bool {
    let invisible = [
        '\u{61c}',
        '\u{200e}',
        '\u{2028}',
        '\u{202e}',
        '\u{2066}',
        '\u{e0041}',
    ];
    !text.contains(|c: char| c != '\n' && (c.is_control() || invisible.contains(&c)))
}

/// A folder whose names, keys, values and texts are full of what steers a terminal.
fn hostile() -> Folder {
    let folder = Folder::new(&[]);
    let escapes = STEERING.chars();
    let escapes = escapes.map(|c| format!("\\U{:08x}", u32::from(c)));
    let yaml = escapes.collect::<Vec<_>>().concat();
    for i in 0..3 {
        let text = format!(
            "---\ntitle: \"T{yaml} {i}\"\nprovider: \"P{yaml}\"\ntopics: [\"a{yaml}\", \"b\\nc\"]\n\
             \"key{yaml}\": \"v{yaml}\"\n---\n# H{STEERING}\n\nSentinelword {i} and {STEERING} more of it \
             than there was before, so that the articles are alike.\n"
        );
        folder.write(&format!("{i}{STEERING}.md"), text);
    }
    folder.write("line\nbreak\u{9b}.md", b"sentinelword caf\xe9");
    folder.write(
        "new\u{2028}line.md",
        "---\n\"a\u{202e}: [\n---\nsentinelword",
    );
    #[cfg(unix)]
    fs::write(folder.articles().join(odd_name()), "sentinelword").expect("a file");
    folder
}

/// A name that is not UTF-8.
#[cfg(unix)]
fn odd_name() -> &'static OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(b"caf\xe9\x1b[31m.md")
}

struct Shown {
    code: u8,
    out: Vec<u8>,
    err: String,
}

fn run(folder: &Folder, args: &[&str], is_terminal: bool) -> Shown {
    let index: PathBuf = folder.index();
    let all = [OsStr::new("gleaner"), "--index".as_ref(), index.as_ref()];
    let all = all.into_iter().chain(args.iter().map(AsRef::as_ref));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console::plain(&mut out, &mut err);
    if is_terminal {
        console = console.on_terminal(80);
    }
    let code = run_on(all, &mut console);
    drop(console);
    let err = String::from_utf8(err).expect("UTF-8");
    Shown { code, out, err }
}

#[test]
fn no_command_lets_a_name_or_a_text_steer() {
    let folder = hostile();
    let articles = folder.articles().to_string_lossy().into_owned();
    let queries = folder.index().with_file_name("queries.tsv");
    fs::write(&queries, "q\u{202e}\u{9b}\tsentinelword\n").expect("a file");
    let qrels = folder.index().with_file_name("qrels.txt");
    fs::write(&qrels, "q\u{202e}\u{9b} 0 x 1\n").expect("a file");
    let (queries, qrels) = (queries.to_string_lossy(), qrels.to_string_lossy());
    let first = format!("0{STEERING}.md");
    let bad = format!("x{STEERING}\ny");
    let bad_option = format!("--{bad}");
    let lines: [&[&str]; 28] = [
        &["index", &articles],
        &[
            "search",
            "sentinelword",
            "--explain=full",
            "--facet",
            "topics",
        ],
        &[
            "search",
            "sentinelword",
            "--facet",
            &format!("key{STEERING}"),
        ],
        &["search", &bad, "sentinelword"],
        &[
            "search",
            "sentinelword",
            "--format",
            "json",
            "--facet",
            "topics",
        ],
        &[
            "search",
            "sentinelword",
            "--format",
            "ndjson",
            "--no-collapse",
        ],
        &["search", "sentinelword", "--format", "paths"],
        &["search", "--queries", &queries, "--format", "trec"],
        &["search", "sentinelword", "--since", &bad],
        &["search", "--queries", &bad, "--format", "trec"],
        &["similar", &first],
        &["similar", &first, "--format", "json"],
        &["similar", "31mred.md"],
        &["similar", &bad],
        &["status"],
        &["status", "--format", "json"],
        &["check"],
        &["check", "--format", "json"],
        &["fields"],
        &["fields", "--format", "json"],
        &["complete", "sentinelwo", &bad],
        &["complete", "sentinelwo", "--format", "json"],
        &[
            "eval",
            "--queries",
            &queries,
            "--qrels",
            &qrels,
            "--per-query",
        ],
        &["bench", "--queries", &bad],
        &["bench", "--against", &bad],
        &["index", "--language", &bad],
        &["index", &bad],
        &["status", &bad_option],
    ];
    for is_terminal in [false, true] {
        for line in lines {
            let is_exact = line.contains(&"trec") || line.contains(&"paths") || line[0] == "eval";
            let is_exact = is_exact && !is_terminal;
            let shown = run(
                &folder,
                &[line, &["--color", "never"]].concat(),
                is_terminal,
            );
            assert!(is_plain(&shown.err), "{line:?}: {:?}", shown.err);
            let out = String::from_utf8_lossy(&shown.out);
            // Only tabs of our own are between columns.
            let text = if line[0] == "eval" {
                out.replace('\t', " ")
            } else {
                out.to_string()
            };
            assert!(is_exact || is_plain(&text), "{line:?}: {out:?}");
            // No line is begun by a name.
            let begins = |text: &str| {
                text.lines()
                    .any(|line| line.starts_with("break") || line == "y")
            };
            assert!(is_exact || !begins(&out), "{line:?}: {out:?}");
            assert!(!begins(&shown.err), "{line:?}: {}", shown.err);
        }
    }
}

#[cfg(unix)]
#[test]
fn paths_are_exact_for_programs_and_escaped_on_a_terminal() {
    let folder = Folder::new(&[]);
    fs::write(folder.articles().join(odd_name()), "sentinelword").expect("a file");
    folder.ingest();
    let file = fs::canonicalize(folder.articles())
        .expect("there")
        .join(odd_name());
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(file.as_os_str());
    let paths = ["search", "--format", "paths", "sentinelword"];
    let lines = run(&folder, &paths, false);
    assert_eq!((lines.code, lines.out), (0, [bytes, b"\n"].concat()));
    let shown = run(&folder, &paths, true);
    let shown = String::from_utf8(shown.out).expect("UTF-8");
    assert!(shown.ends_with("/caf\\xe9\\x1b[31m.md\n"), "{shown}");
    for is_terminal in [false, true] {
        let nuls = run(&folder, &[&paths[..], &["-0"]].concat(), is_terminal);
        assert_eq!(nuls.out, [bytes, b"\0"].concat());
    }
    let text = run(&folder, &["search", "sentinelword"], false);
    let text = String::from_utf8(text.out).expect("UTF-8");
    assert!(text.contains("/caf\\xe9\\x1b[31m.md:1\n"), "{text}");
}

#[test]
fn what_is_escaped_is_still_told_apart() {
    let folder = Folder::new(&[
        ("b\u{1b}[31mred\u{7}.md", "sentinelword"),
        ("x\u{9b}31m.md", "sentinelword caf"),
    ]);
    fs::write(folder.articles().join("line\nbreak.md"), b"caf\xe9").expect("a file");
    let articles = folder.articles().to_string_lossy().into_owned();
    let ran = run(&folder, &["index", &articles], false);
    assert!(
        ran.err
            .ends_with("\nline\\nbreak.md:1:4: not UTF-8: read as Windows-1252\n"),
        "{}",
        ran.err
    );
    let ran = run(&folder, &["similar", "b31mred.md"], false);
    assert!(
        ran.err.contains("\nNearest: `b\\x1b[31mred\\x07.md`"),
        "{}",
        ran.err
    );
    let json = run(
        &folder,
        &["search", "sentinelword", "--format", "json"],
        true,
    );
    let json = String::from_utf8(json.out).expect("UTF-8");
    assert!(json.contains(r#""path": "x\u009b31m.md""#), "{json}");
    let usage = run(&folder, &["status", "--format", "j\u{1b}\nson"], false);
    assert_eq!(usage.code, 2);
    assert!(
        usage
            .err
            .starts_with("error: invalid value 'j\\x1b\\nson' for '--format <FORMAT>'\n"),
        "{}",
        usage.err
    );
}

#[test]
fn everything_is_laid_out_in_twenty_columns() {
    let text = format!(
        "---\ntitle: A rather long title {0}\nprovider: {0}\ntopics: [one, two]\na.long.key.{0}: {0}\n---\n\
         # A heading of some length\n\nsentinelword {0} and more\n",
        "x".repeat(90)
    );
    let folder = Folder::new(&[("a.md", &text), ("b.md", &text), ("c.md", "sentinelword")]);
    folder.ingest();
    let index = folder.index();
    let here = folder.articles().to_string_lossy().into_owned();
    for args in [
        &[
            "search",
            "sentinelword",
            "title",
            "--explain",
            "--facet",
            "topics",
        ][..],
        &["search", "sentinelword", "--no-collapse"],
        &["similar", "a.md"],
        &["similar", "c.md"],
        &["fields"],
    ] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let all = [OsStr::new("gleaner"), "--index".as_ref(), index.as_ref()];
        let all = all.into_iter().chain(args.iter().map(AsRef::as_ref));
        let all = all.chain(["--color".as_ref(), "never".as_ref()]);
        let mut console = Console::plain(&mut out, &mut err).on_terminal(1);
        let code = run_on(all, &mut console);
        drop(console);
        let (out, err) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
        assert!(code < 2, "{args:?}: {err}");
        // Paths and keys are left whole, to be copied.
        for line in out
            .lines()
            .filter(|line| !line.contains(&here) && !line.starts_with("a.long"))
        {
            assert!(line.chars().count() <= 21, "{args:?}: {line}\n{out}");
        }
    }
    let hostile = hostile();
    hostile.ingest();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let index = hostile.index();
    let all = [
        "gleaner".as_ref(),
        "--index".as_ref(),
        index.as_os_str(),
        "search".as_ref(),
        "sentinelword".as_ref(),
    ];
    let code = run_on(all, &mut Console::plain(&mut out, &mut err).on_terminal(20));
    assert_eq!(code, 0);
}

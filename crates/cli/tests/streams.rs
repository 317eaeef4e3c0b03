//! The streams and the terminal of a real process.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const GLEANER: &str = env!("CARGO_BIN_EXE_gleaner");

/// A folder with an index of one article.
fn indexed() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(dir.path().join("seeds")).expect("a folder");
    let text = format!(
        "# A {} title\n\nsentinelword {}\n",
        "long ".repeat(30),
        "more ".repeat(60)
    );
    fs::write(dir.path().join("seeds/a.md"), text).expect("a file");
    let ran = shell(dir.path(), "\"$GLEANER\" index");
    assert!(ran.status.success(), "{}", text_of(&ran.stderr));
    dir
}

/// Runs a line of the shell, which can close streams.
fn shell(folder: &Path, line: &str) -> Output {
    Command::new("sh")
        .args(["-c", line])
        .env("GLEANER", GLEANER)
        .env_remove("COLUMNS")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .output()
        .expect("a shell")
}

/// What a command shows on a terminal, if there is a program to make one.
fn on_terminal(folder: &Path, line: &str) -> Option<String> {
    let script = format!("script -qec '{line}' /dev/null");
    let there = Command::new("sh").args(["-c", "script --version"]).output();
    let is_there = there.is_ok_and(|output| text_of(&output.stdout).contains("util-linux"));
    is_there.then(|| text_of(&shell(folder, &script).stdout).replace("\r\n", "\n"))
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn output_that_cannot_be_written_is_an_error_and_output_that_is_not_wanted_is_none() {
    let dir = indexed();
    let cases = [
        (
            "search sentinelword >&-",
            2,
            "gleaner: writing the output: standard output is closed\n",
        ),
        (
            "--help >&-",
            2,
            "gleaner: writing the output: standard output is closed\n",
        ),
        (
            "search sentinelword --format json >&-",
            2,
            "gleaner: writing the output: standard output is closed\n",
        ),
        ("search sentinelword >/dev/null", 0, "1 hit\n"),
        // As Python and Node open it for a stream that nobody reads.
        ("search sentinelword 1<>/dev/null", 0, "1 hit\n"),
        ("search nowhere >&-", 1, "nothing found\n"),
        ("search sentinelword <&- >/dev/null", 0, "1 hit\n"),
    ];
    for (line, code, err) in cases {
        let ran = shell(dir.path(), &format!("\"$GLEANER\" {line}"));
        assert_eq!(
            (ran.status.code(), &*text_of(&ran.stderr)),
            (Some(code), err),
            "{line}"
        );
    }
    if cfg!(target_os = "linux") {
        let ran = shell(dir.path(), "\"$GLEANER\" search sentinelword >/dev/full");
        let err = text_of(&ran.stderr);
        assert!(
            ran.status.code() == Some(2) && err.contains("No space left"),
            "{err}"
        );
    }
}

#[test]
fn work_that_is_done_is_done_whether_or_not_it_can_be_told() {
    let dir = indexed();
    let cases = [
        ("index 2>&-", 0),
        ("index >&- 2>&- <&-", 0),
        ("index 2>&1 | true", 0),
        ("search nowhere 2>&-", 1),
        ("search sentinelword 2>&- | grep -q sentinelword", 0),
        ("nonsense 2>&-", 2),
    ];
    for (line, code) in cases {
        fs::write(dir.path().join("seeds/b.md"), line).expect("a file");
        let ran = shell(dir.path(), &format!("\"$GLEANER\" {line}"));
        assert_eq!(
            ran.status.code(),
            Some(code),
            "{line}: {}",
            text_of(&ran.stderr)
        );
    }
    // A reader of the messages that went away does not change what `--strict` says.
    fs::write(dir.path().join("seeds/c.md"), b"caf\xe9").expect("a file");
    let line = "(\"$GLEANER\" index --strict 2>&1; echo $? >code) | true; cat code";
    assert_eq!(text_of(&shell(dir.path(), line).stdout), "2\n");
}

#[test]
fn arguments_may_be_any_bytes() {
    let dir = indexed();
    let odd = OsStr::from_bytes(b"\xff\xfe\x1b");
    let lines: [(&[&OsStr], i32); 6] = [
        (&["search".as_ref(), odd, "sentinelword".as_ref()], 0),
        (&["complete".as_ref(), odd], 2),
        (&["similar".as_ref(), odd], 2),
        (&["status".as_ref(), "--index".as_ref(), odd], 2),
        (&["index".as_ref(), odd], 2),
        (&["index".as_ref(), "--exclude".as_ref(), odd], 2),
    ];
    for (line, code) in lines {
        let mut command = Command::new(GLEANER);
        let ran = command.args(line).envs([("LC_ALL", "C"), ("LANG", "C")]);
        let ran = ran.current_dir(dir.path()).output().expect("it runs");
        let err = text_of(&ran.stderr);
        assert_eq!(ran.status.code(), Some(code), "{line:?}: {err}");
        assert!(
            !err.contains('\u{1b}') && !err.contains("defect"),
            "{line:?}: {err}"
        );
    }
}

#[test]
fn a_dumb_terminal_gets_text_alone_and_another_one_colours() {
    let dir = indexed();
    let line = "\"$GLEANER\" search sentinelword";
    let Some(dumb) = on_terminal(dir.path(), &format!("TERM=dumb {line}")) else {
        return;
    };
    assert!(
        dumb.contains("sentinelword") && !dumb.contains('\u{1b}'),
        "{dumb:?}"
    );
    let usual = on_terminal(dir.path(), &format!("TERM=xterm {line}")).expect("a terminal");
    assert!(
        usual.contains("\u{1b}[31msentinelword\u{1b}[0m"),
        "{usual:?}"
    );
}

#[test]
fn the_columns_asked_for_win_over_those_of_the_terminal() {
    let dir = indexed();
    let longest = |text: &str| text.lines().map(|line| line.chars().count()).max();
    let line = "\"$GLEANER\" search --color never sentinelword";
    for (columns, most) in [("20", 20), ("200", 200), ("none", 80)] {
        let ran = shell(dir.path(), &format!("COLUMNS={columns} {line}"));
        let shown = longest(&text_of(&ran.stdout));
        assert!(
            shown <= Some(most) && shown > Some(most / 2),
            "{columns}: {shown:?}"
        );
    }
    let help = text_of(&shell(dir.path(), "COLUMNS=40 \"$GLEANER\" status --help").stdout);
    assert!(longest(&help) <= Some(40), "{help}");
    if let Some(shown) = on_terminal(dir.path(), &format!("stty cols 90; COLUMNS=30 {line}")) {
        assert!(longest(&shown) <= Some(30), "{shown}");
    }
}

#[test]
fn a_name_cannot_steer_a_real_terminal() {
    let dir = indexed();
    fs::write(
        dir.path().join("seeds/b\u{1b}[31mred\u{9b}.md"),
        "otherword",
    )
    .expect("a file");
    shell(dir.path(), "\"$GLEANER\" index");
    for format in ["paths", "json", "ndjson", "text --color never"] {
        let line = format!("\"$GLEANER\" search otherword --format {format}");
        let Some(shown) = on_terminal(dir.path(), &line) else {
            return;
        };
        assert!(
            shown.contains("[31mred") && !shown.contains(['\u{1b}', '\u{9b}']),
            "{shown:?}"
        );
    }
}

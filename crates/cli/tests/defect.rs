//! A panic that gets out is told on a line. A test by itself, since it changes how the process panics.

use gleaner_cli::{Console, guarded};

#[test]
fn a_panic_is_told_on_one_line_and_one_that_was_caught_is_not() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console::plain(&mut out, &mut err);
    let code = guarded(&mut console, |_| {
        assert!(std::panic::catch_unwind(|| panic!("caught")).is_err());
        0
    });
    assert_eq!(code, 0);
    let line = line!() + 1;
    let code = guarded(&mut console, |_| panic!("no {} here\u{1b}", "word\n"));
    drop(console);
    assert_eq!((code, out.len()), (2, 0));
    let err = String::from_utf8(err).expect("UTF-8");
    let file = file!();
    // Where the environment asks for the calls, they follow.
    let first = err.lines().next().expect("a line");
    let said = format!(
        "gleaner: a defect in gleaner: no word\\n here\\x1b (at {file}:{line}). Please report it."
    );
    assert_eq!(first, said);
    assert_eq!(
        err.lines().count() > 1,
        std::env::var_os("RUST_BACKTRACE").is_some_and(|v| v != "0")
    );
}

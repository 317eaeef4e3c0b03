//! From the bytes of a file to an article. Pure and total: bad metadata never loses text.

use gleaner_store::{Article, ArticlePath, Located, Position, Problem, ProblemKind, TitleSource};

use crate::decode::{Decoded, decode};
use crate::{front_matter, markdown, metadata, plain};

/// Reads an article from the bytes of a file, with what is wrong with them. `None` if they are not
/// text; the problem says why.
///
/// The path decides whether it is Markdown (`.md`, `.markdown`, `.mdx`) or plain text (anything
/// else), and gives a title where nothing else does. No file is opened.
pub fn read_article(path: &ArticlePath, bytes: &[u8]) -> (Option<Article>, Vec<Problem>) {
    let mut problems = Vec::new();
    let (text, encoding_problem) = match decode(bytes) {
        Decoded::Text { text, problem } => (text, problem),
        Decoded::Binary => {
            let problem = Problem {
                path: path.clone(),
                at: None,
                kind: ProblemKind::Binary,
            };
            return (None, vec![problem]);
        }
    };
    problems.extend(encoding_problem);
    let article = from_text(path, &text, &mut problems);
    let of_path = |(at, kind)| Problem {
        path: path.clone(),
        at,
        kind,
    };
    let mut problems: Vec<Problem> = problems.into_iter().map(of_path).collect();
    problems.sort_by_key(|problem| problem.at);
    (Some(article), problems)
}

fn from_text(
    path: &ArticlePath,
    text: &str,
    problems: &mut Vec<(Option<Position>, ProblemKind)>,
) -> Article {
    let mut article = Article::default();
    let (body, body_line) = match front_matter::split(text) {
        Some(front) => {
            metadata::apply(&front, &mut article, problems);
            problems.extend(front.problems);
            (front.body, front.body_line)
        }
        None => (text, 1),
    };
    let is_markdown = is_markdown(path);
    article.passages = if is_markdown {
        markdown::passages(body, body_line)
    } else {
        plain::passages(body, body_line)
    };
    if article.title.text.is_empty() {
        let found = if is_markdown {
            markdown::title(&article.passages)
        } else {
            plain::title(&article.passages)
        };
        (article.title, article.title_source) = found.unwrap_or_else(|| file_name(path));
    }
    article
}

fn is_markdown(path: &ArticlePath) -> bool {
    let name = path.as_bytes();
    let extension = name
        .iter()
        .rposition(|&byte| byte == b'.')
        .map(|dot| &name[dot + 1..]);
    extension.is_some_and(|extension| {
        [&b"md"[..], b"markdown", b"mdx"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The name of the file without its extension.
fn file_name(path: &ArticlePath) -> (Located, TitleSource) {
    let path = path.to_str_lossy();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    (
        Located {
            text: stem.to_owned(),
            line: 1,
        },
        TitleSource::FileName,
    )
}

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;

/// The passages in a form to read: what each is, and its lines with their numbers.
fn shown(passages: &[Passage]) -> String {
    let mut shown = String::new();
    for passage in passages {
        let mut kind = match passage.kind {
            PassageKind::Prose => "prose".to_owned(),
            PassageKind::Heading(level) => format!("h{level}"),
            PassageKind::Code => "code".to_owned(),
        };
        assert_eq!(passage.text.split('\n').count(), passage.lines.len());
        for (text, line) in passage.text.split('\n').zip(&passage.lines) {
            let text = text.replace('\u{a0}', "·");
            let row = format!("{kind:5} {line:2}| {text}");
            writeln!(shown, "{}", row.trim_end()).expect("writing to a string succeeds");
            kind.clear();
        }
    }
    shown
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "an `Expect` is written in place"
)]
fn check(markdown: &str, expected: Expect) {
    expected.assert_eq(&shown(&passages(markdown, 1)));
}

fn title_of(markdown: &str) -> Option<(String, u32, TitleSource)> {
    title(&passages(markdown, 1)).map(|(title, source)| (title.text, title.line, source))
}

#[test]
fn headings_and_paragraphs() {
    check(
        "# One\n\ntext\nmore text  \nlast\\\nline\n\nTwo\n===\n\n###### Six ######\nend\n\n***\n\nafter",
        expect![[r"
            h1     1| One
            prose  3| text
                   4| more text
                   5| last
                   6| line
            h1     8| Two
            h6    11| Six
            prose 12| end
            prose 16| after
        "]],
    );
}

#[test]
fn the_first_line_may_be_any_line_of_the_file() {
    assert_eq!(passages("one\n\ntwo", 40)[1].lines, [42]);
    assert_eq!(passages("", 40), []);
    assert_eq!(passages(" \n\u{a0}\n\n&nbsp;\n", 40), []);
}

#[test]
fn a_word_is_one_word_whatever_marks_it() {
    check(
        r"VARIANT\_TRUE, **bold**ly, *un*done, ~~g~~one, x<sub>1</sub>, 5 \* 3 \[a\]",
        expect![[r"
            prose  1| VARIANT_TRUE, boldly, undone, gone, x1, 5 * 3 [a]
        "]],
    );
    check(
        "snake_case_name and __strong__ and 2*3*4",
        expect![[r"
            prose  1| snake_case_name and strong and 234
        "]],
    );
}

#[test]
fn links_and_images_leave_their_words() {
    check(
        "See [the *guide*](a.md \"title\")s, [this][ref], [that], ![a chart](c.png), \
         <https://a.example/x>, <me@a.example>, https://b.example.\n\n[ref]: http://r.example\n",
        expect![[r"
            prose  1| See the guides, this, [that], a chart, https://a.example/x, me@a.example, https://b.example.
        "]],
    );
    // An image is no part of a word, and links that touch are entries of a menu.
    check(
        "icon![one](1.png)![two.](2.png)![three](3.png)(![four](4.png)).\n\
         [Home](h)[About us](a)[Contact](c)!",
        expect![[r"
            prose  1| icon one two. three(four).
                   2| Home About us Contact!
        "]],
    );
}

#[test]
fn a_line_end_inside_an_address_or_a_tag_still_counts() {
    check(
        "one [two](\n  http://a.example\n  'a title\n  over lines') three four\nfive <a\nhref='x'>six</a>,\
         seven eight\n![nine\nten](x.png\n'title').",
        expect![[r"
            prose  1| one two
                   4| three four
                   5| five
                   6| six,seven eight
                   7| nine
                   8| ten
                   9| .
        "]],
    );
    // A word that such a tag stands in stays whole.
    check(
        "begin<a\n\nno tag\n\nun<b\nid='x'>break</b>able word\n",
        expect![[r"
            prose  1| begin<a
            prose  3| no tag
            prose  5| unbreakable
                   6| word
        "]],
    );
}

#[test]
fn code_is_kept() {
    check(
        "Use `a\\_b  c` and `` ` ``.\n\n```rust\nfn main() {   \n\n    body();\n}\n\n```\n\n    indented\n\n\
         \x20     more\n\n```\n\n```\n",
        expect![[r"
            prose  1| Use a\_b  c and `.
            code   4| fn main() {
                   5|
                   6|     body();
                   7| }
            code  11| indented
                  12|
                  13|   more
        "]],
    );
    check(
        "> - ~~~\n>   quoted\n>     code\n>   ~~~\n>   end",
        expect![[r"
            code   2| quoted
                   3|   code
            prose  5| end
        "]],
    );
}

#[test]
fn inline_code_may_go_over_lines() {
    check(
        "> run `cargo test\n> --release` now\n> and `a\nb > c` then",
        expect![[r"
            prose  1| run cargo test
                   2| --release now
                   3| and a
                   4| b > c then
        "]],
    );
}

#[test]
fn lists_quotes_and_footnotes() {
    check(
        "- one\n  goes on\n- [x] done\n  1. inner\n\n     second paragraph\n\n> quoted\n> > deeper\nlazy\n\n\
         Noted[^n].[^m]Next[^none]\n\n[^n]: The note.\n[^m]:\n    Another\n    note.\n",
        expect![[r"
            prose  1| one
                   2| goes on
            prose  3| done
            prose  4| inner
            prose  6| second paragraph
            prose  8| quoted
            prose  9| deeper
                  10| lazy
            prose 12| Noted. Next[^none]
            prose 14| The note.
            prose 16| Another
                  17| note.
        "]],
    );
}

#[test]
fn tables_give_a_passage_for_each_row() {
    check(
        "| Name | Use |\n|------|:---:|\n| `a\\|b` | **either**<br/>or |\n| | <dl> <dt>x</dt><dd>y</dd> </dl> |\n| |\n",
        expect![[r"
            prose  1| Name  Use
            prose  3| a|b  either or
            prose  4| x y
        "]],
    );
}

#[test]
fn inline_html_leaves_its_text() {
    check(
        "A <span class='x > y'>span</span>ned <!-- no --> word<br>next <custom-tag>one</custom-tag>two \
         a < b, List<String> &lt;tag&gt; &copy;&#8212;&nosuch; x&#10;y",
        expect![[r"
            prose  1| A spanned  word next one two a < b, List <tag> ©—&nosuch; x y
        "]],
    );
    check(
        "say <script>let a = 1;\nlet b;</script>this <style>p {}</style>\nand <img src='x' alt='a &quot;pic&quot;'>that",
        expect![[r#"
            prose  1| say
                   2| this
                   3| and a "pic" that
        "#]],
    );
}

#[test]
fn html_blocks_leave_their_text() {
    check(
        "<dl>\n<dt>Term</dt><dd>Meaning &amp; <em>m</em>ore\nof it</dd>\n<dd>\n\n**Markdown** in it\n\n</dd></dl>\n\n\
         <div class='a'\n  id='b'>a <b\n>bold</b>ness</div>\ntail\n",
        expect![[r"
            prose  2| Term
            prose  2| Meaning & more
                   3| of it
            prose  6| Markdown in it
            prose 11| a
                  12| boldness
            prose 13| tail
        "]],
    );
    check(
        "> <h2 align=center>Heading</h2>\n> <p>para<p>para <img alt='pic' src=x><br>end\n> <hr>a < b <3 &&nbsp;c &#x41;\n",
        expect![[r"
            h2     1| Heading
            prose  2| para
            prose  2| para pic end
            prose  3| a < b <3 &·c A
        "]],
    );
}

#[test]
fn html_tables_give_a_passage_for_each_row() {
    check(
        "<table>\n<thead><tr><th>Name</th><th>Use</th></tr></thead>\n<tr>\n<td>a</td>\n<td><p>one</p><p>two</p>\n\
         <ul><li>three</li></ul></td>\n</tr>\n<tr><td>b<td></tr></table>after\n",
        expect![[r"
            prose  2| Name  Use
            prose  4| a
                   5| one two
                   6| three
            prose  8| b
            prose  8| after
        "]],
    );
}

#[test]
fn preformatted_html_is_code() {
    check(
        "<pre><code>\nif (a &lt; b)\n\n    <b>stop</b>();\n</code></pre> then\n\n<pre>open",
        expect![[r"
            code   2| if (a < b)
                   3|
                   4|     stop();
            prose  5| then
            code   7| open
        "]],
    );
}

#[test]
fn what_is_not_for_readers_goes() {
    check(
        "<!-- a\n\ncomment --> seen\n\n<script>\nlet a = '<p>';\n\nlet b;</script>\n\n<?php\n\n1 > 2 ?>\n\n\
         <div><style>p\n{}</STYLE>text <![CDATA[data]]></div>\n",
        expect![[r"
            prose  3| seen
            prose 15| text
        "]],
    );
    // A blank line ends most blocks of HTML, but neither a comment nor a script in them.
    check(
        "<div><!-- from\n\nhere `to`\n\n    there --> seen</div>\n\n<p><script>\n\nlet *a*;\n</script>seen</p>\n",
        expect![[r"
            code   5|  seen</div>
            prose 10| seen
        "]],
    );
    // What never ends hides nothing.
    check(
        "<div><!-- from\n\nhere <script> on\n\n<p><style>a <a href='b>c\n",
        expect![[r"
            prose  1| from
            prose  3| here on
            prose  5| a c
        "]],
    );
}

#[test]
fn directives_of_documentation_systems_go() {
    check(
        "> [!NOTE]\n> Mind this.\n\n> [!Danger]\n> And this.\n\n> [!tip] Own title\n> And that.\n\n\
         Before [!INCLUDE [a name](file.md)] after\n\n> [!div class=\"next\"]\n> [Go on](x.md)\n\n\
         [!code-sql[](a.sql)]\n\nKept: [!other], `[!INCLUDE x]`, a[1]!\n",
        expect![[r"
            prose  2| Mind this.
            prose  5| And this.
            prose  7| Own title
                   8| And that.
            prose 10| Before after
            prose 13| Go on
            prose 17| Kept: [!other], [!INCLUDE x], a[1]!
        "]],
    );
    check(
        ":::image type=\"content\" source=\"a_b_c.png\" alt-text=\"A chart\nof growth\":::\n\n\
         1. Press :::image source=\"x:::y.png\" alt-text=\"Enter\"::: now.\n\n\
         :::row:::\n   :::column span=\"2\":::\nleft `:::row`\n   :::column-end:::\n:::row-end:::\n\n\
         ::: moniker range=\">= v2\"\n\nnew\n\n::: moniker-end\n\n\
         :::warning[Hot *surface*] {#id}\ndo not touch: a:::b\n:::\n",
        expect![[r"
            prose  1| A chart
                   2| of growth
            prose  4| Press Enter now.
            prose  8| left :::row
            prose 14| new
            prose 18| Hot surface
                  19| do not touch: a:::b
        "]],
    );
}

#[test]
fn other_extensions_stay_text() {
    check(
        "import X from './x'\n\n{{< figure src=\"x\" >}} and {{ site.name }}\n\nTerm\n: meaning\n\nx $a_1$ y\n",
        expect![[r#"
            prose  1| import X from './x'
            prose  3| {{< figure src="x" >}} and {{ site.name }}
            prose  5| Term
                   6| : meaning
            prose  8| x $a_1$ y
        "#]],
    );
}

#[test]
fn the_name_of_a_heading_is_no_part_of_it() {
    check(
        "# Setting up {#set-up_1.x}\n## Use of {x}\n## {#alone}\n## Code `{#a}`\n",
        expect![[r"
            h1     1| Setting up
            h2     2| Use of {x}
            h2     3| {#alone}
            h2     4| Code {#a}
        "]],
    );
}

#[test]
fn the_title_is_a_heading_or_the_first_prose() {
    let heading = |text: &str, line| Some((text.to_owned(), line, TitleSource::Heading));
    assert_eq!(
        title_of("intro\n\n## Part\n\n# The *title*\n"),
        heading("The title", 5)
    );
    assert_eq!(
        title_of("Title\nin two\n=====\n\ntext"),
        heading("Title in two", 1)
    );
    assert_eq!(title_of("\n### Only\n\ntext\n"), heading("Only", 2));
    assert_eq!(
        title_of("Some prose.\n\n## Part\n\nMore.\n"),
        Some(("Some prose.".to_owned(), 1, TitleSource::FirstSentence))
    );
    assert_eq!(
        title_of("```\ncode\n```\n\nA line\n\nmore\n"),
        Some(("A line".to_owned(), 5, TitleSource::FirstLine))
    );
    assert_eq!(title_of("```\ncode\n```\n"), None);
    // A paragraph that a line of dashes made a heading of is too long for a title.
    let (text, _, source) = title_of(&format!("{}\n===\n", "word ".repeat(60))).expect("a title");
    assert_eq!(source, TitleSource::FirstSentence);
    assert!(text.ends_with(" word…"), "{text}");
}

#[test]
fn nesting_beyond_reason_is_read_as_plain_text() {
    let deep = format!("{} deep\nlazy\n", ">".repeat(10_000));
    assert_eq!(passages(&deep, 1), plain::passages(&deep, 1));
    let deep = format!("a\n{}deep\n", "- ".repeat(300));
    assert_eq!(passages(&deep, 1), plain::passages(&deep, 1));
    let deep = format!("a\n{}deep\n", "12. ".repeat(300));
    assert_eq!(passages(&deep, 1), plain::passages(&deep, 1));
    // Long lines of other kinds are nothing special.
    for line in [
        ">".repeat(100) + " quoted",
        "-".repeat(1_000),
        " ".repeat(1_000) + "- far right",
        "x ".repeat(300) + &"> ".repeat(300),
        format!("|{}|", "- ".repeat(500)),
    ] {
        assert!(!is_too_deep(&line) || line.starts_with("  "), "{line}");
    }
}

import { describe, expect, it } from "vitest";
import { htmlText } from "../../worker/mail/html-text.ts";

const said = (html: string): string => htmlText(html, 100_000).text;

describe("HTML as text", () => {
  it.each([
    ["words", "Hoi  Sam\n daar", "Hoi Sam daar"],
    ["marks within a line", "<b>Ho</b>i <i>Sam</i>", "Hoi Sam"],
    ["lines", "een<br>twee<div>drie</div>vier", "een\ntwee\ndrie\nvier"],
    ["empty lines", "een<br><br><br><br>twee", "een\n\ntwee"],
    ["paragraphs", "<p>een</p><p>twee</p>drie", "een\n\ntwee\n\ndrie"],
    ["Outlook's empty paragraphs", "<p>een</p><p>&nbsp;</p><p>twee</p>", "een\n\ntwee"],
    ["a heading", "<h1>Kop</h1>tekst", "Kop\n\ntekst"],
    ["lists", "<ul><li>een<li>twee</ul><ol><li>a</li><li>b</li></ol>", "- een\n- twee\n\n1. a\n2. b"],
    ["a table", "<table><tr><th>Naam<th>Prijs<tr><td>Web</td><td>€&nbsp;5</td></table>", "Naam\tPrijs\nWeb\t€ 5"],
    ["a rule", "een<hr>twee", "een\n* * *\ntwee"],
    ["what is set as it stands", "<pre>een\n  twee</pre>", "een\n  twee"],
    ["a quote", "een<blockquote>twee<br>drie</blockquote>vier", "een\n\n> twee\n> drie\n\nvier"],
    ["a quote in a quote", "<blockquote>een<blockquote>twee</blockquote></blockquote>", "> een\n>\n> > twee"],
    ["entities", "&euro; &amp;lt; &eacute; &#x1F600; &copy 2026", "€ &lt; é 😀 © 2026"],
    ["a picture's words", '<img alt="Logo" src="https://example.org/x">', "[Logo]"],
    ["a picture without", '<img src="https://example.org/x">', ""],
    ["a link", '<a href="https://example.nl/a?b=1&amp;c=2">klik</a>', "klik (https://example.nl/a?b=1&c=2)"],
    ["a link that is its own words", '<a href="https://example.nl/">example.nl</a>', "example.nl"],
    ["a link to a person", '<a href="mailto:sam@example.nl">Sam</a>', "Sam"],
    ["a link that runs", '<a href="javascript:alert(1)">Sam</a><a href="data:text/html,x">x</a>', "Samx"],
    [
      "a link that lies",
      '<a href="https://kwaad.example">https://bank.example</a>',
      "https://bank.example (https://kwaad.example)",
    ],
    ["two links", "<a href=https://a.nl>a<a href=https://b.nl>b</a>", "a (https://a.nl)b (https://b.nl)"],
    ["comments", "een<!-- <p>twee --><![if mso]>drie<![endif]>", "eendrie"],
    ["a page", "<!doctype html><html><head><title>T</title><meta x></head><body>een</body></html>", "een"],
    [
      "what is never shown",
      "<style>a{}</style><script>b()</script><template><p>c</p></template><iframe>d</iframe>e",
      "e",
    ],
    ["a template in a template", "<template>a<template>b</template>c</template>d", "d"],
    ["a tag that is none", "1 < 2 en 3 > 2", "1 < 2 en 3 > 2"],
    ["a tag that breaks off", "een<a href='", "een"],
    ["names in capitals", "<P>een</P><SCRIPT>x</SCRIPT><BR>twee", "een\n\ntwee"],
  ])("%s", (_, html, text) => {
    expect(said(html)).toBe(text);
  });

  it("shows what stands in a thing that cannot be shown, and says when something that is left out never ends", () => {
    expect(htmlText("<p>een</p><object data=x><p>twee<canvas/>drie", 1_000)).toEqual({
      text: "een\n\ntweedrie",
      isWhole: true,
    });
    expect(htmlText("<p>een</p><style>a{}<p>twee", 1_000)).toEqual({ text: "een", isWhole: false });
  });

  it("takes no longer for blocks within a line of spaces", () => {
    const { text } = htmlText(`<pre>${" ".repeat(99_000)}${"<p>".repeat(300_000)}woord`, 200_000);
    expect(text).toBe("woord");
  });

  it("stops where there is enough", () => {
    const { text, isWhole } = htmlText("woord ".repeat(1_000_000), 1_000);
    expect([text.length < 70_000, isWhole]).toEqual([true, false]);
    expect(htmlText("woord", 1_000).isWhole).toBe(true);
  });

  it("takes time in step with its length, however deep it is", () => {
    const pieces = [
      "<div>",
      "<b>",
      "</x>",
      "<blockquote>",
      "<a href=x>",
      "<ul><li>",
      "<table><tr><td>",
      "<svg>",
      "<",
      "&",
      "<!--",
      "<p x=",
      " ",
    ];
    for (const piece of pieces) {
      const html = piece.repeat(Math.ceil(2_000_000 / piece.length));
      const before = performance.now();
      said(html);
      expect([piece, performance.now() - before < 3_000]).toEqual([piece, true]);
    }
  });
});

import { describe, expect, it } from "vitest";
import { fileKind } from "../../worker/platform/file-kind.ts";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const ZIP = "PK\x03\x04\x14\0\x06\0";
const OLE = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0";

describe("a file is what stands in it", () => {
  it.each([
    ["a.pdf", "%PDF-1.7\n", "application/pdf"],
    ["a.txt", "%PDF-1.7\n", "application/pdf"],
    ["a.png", "\x89PNG\r\n\x1a\n\0", "image/png"],
    ["a.jpg", "\xff\xd8\xff\xe0\0", "image/jpeg"],
    ["a.gif", "GIF89a\0", "image/gif"],
    ["a.webp", "RIFF\x10\0\0\0WEBPVP8 ", "image/webp"],
    ["a.heic", "\0\0\0\x18ftypheic\0", "image/heic"],
    ["a.heic", "\0\0\0\x18ftypmif1\0", "image/heic"],
    ["a.mp4", "\0\0\0\x18ftypisom\0", "video/mp4"],
    ["a.mov", "\0\0\0\x14ftypqt  \0", "video/quicktime"],
    ["a.mp3", "ID3\x03\0", "audio/mpeg"],
    ["a.zip", ZIP, "application/zip"],
    ["a.docx", ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["A.XLSX", ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    ["a.odt", ZIP, "application/vnd.oasis.opendocument.text"],
    ["a.gz", "\x1f\x8b\x08\0", "application/gzip"],
    ["a.7z", "7z\xbc\xaf\x27\x1c\0", "application/x-7z-compressed"],
    ["a.rar", "Rar!\x1a\x07\x01\0", "application/vnd.rar"],
    ["a.rtf", "{\\rtf1 x}", "application/rtf"],
    ["a.doc", OLE, "application/msword"],
    ["a", OLE, "application/x-ole-storage"],
    ["winmail.dat", "\x78\x9f\x3e\x22\0", "application/ms-tnef"],
    ["a.ics", "BEGIN:VCALENDAR", "text/calendar"],
    ["a.csv", "a;b\n1;2", "text/csv"],
    ["a.eml", "From: x\r\n\r\ny", "message/rfc822"],
    ["a.txt", "Priv\xc3\x81 \xe9", "text/plain"],
    ["a.xml", "<?xml version='1.0'?><Invoice/>", "text/plain"],
    ["a", "MZ is een afkorting", "text/plain"],
    ["a.txt", "\xff\xfeH\0o\0i\0", "text/plain"],
    ["a.png", "Hoi", "text/plain"],
    ["a.docx", "Hoi", "text/plain"],
    ["a.dat", "\x01\x02\x03", "application/octet-stream"],
  ])("%s of %j is %s", (name, content, type) => {
    expect(fileKind(name, bytes(content))).toEqual({ type });
  });
});

describe("what a computer runs is refused", () => {
  it.each([
    ["a.pdf", "MZ\x90\0\x03"],
    ["a.png", "\x7fELF\x02\0"],
    ["a.jpg", "\xcf\xfa\xed\xfe\0"],
    ["a.jpg", "\xca\xfe\xba\xbe\0\0"],
    ["a.txt", "#!/bin/sh\nrm -rf /"],
    ["a.txt", "<html><script>alert(1)</script>"],
    ["a.txt", " \n<!doctype html><p>"],
    ["a.jpg", "<?xml version='1.0'?><!-- x --><svg onload='alert(1)'/>"],
    ["a.txt", "\xef\xbb\xbf<script>"],
    ["a.txt", "<?php system('x');"],
    ["a.doc", "L\0\0\0\x01\x14\x02\0\0"],
  ])("by its bytes: %s of %j", (name, content) => {
    expect(fileKind(name, bytes(content))).toEqual({ refused: "dangerous" });
  });

  it.each([
    "exe",
    "EXE",
    "js",
    "vbs",
    "bat",
    "cmd",
    "scr",
    "ps1",
    "hta",
    "msi",
    "jar",
    "lnk",
    "html",
    "svg",
    "docm",
    "exe. ",
    "iso",
  ])("by its name: .%s", (ending) => {
    expect(fileKind(`factuur.pdf.${ending}`, bytes("Hoi"))).toEqual({ refused: "dangerous" });
  });
});

it("an empty file is refused", () => {
  expect(fileKind("a.exe", new Uint8Array())).toEqual({ refused: "empty" });
});

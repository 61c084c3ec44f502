// Files changed with packages of npm: node by_npm.mjs HOW IN OUT
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const require = createRequire(`${process.env.NODE_PATH}/`);
const [how, source, target] = process.argv.slice(2);
const file = readFileSync(source);

const HOWS = {
  docxtemplater() {
    const Docxtemplater = require("docxtemplater");
    const PizZip = require("pizzip");
    const made = new Docxtemplater(new PizZip(file), { paragraphLoop: true, linebreaks: true });
    made.render({ days: "40" });
    return made.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
  },
  async easyTemplate() {
    const { TemplateHandler } = require("easy-template-x");
    return Buffer.from(await new TemplateHandler().process(file, { days: "20" }));
  },
  async patched() {
    const { patchDocument, PatchType, TextRun } = require("docx");
    const patches = { limit: { type: PatchType.PARAGRAPH, children: [new TextRun({ text: "GBP 612,375.00" })] } };
    return Buffer.from(await patchDocument({ outputType: "nodebuffer", data: file, patches, keepOriginalStyles: true }));
  },
  async retyped() {
    const { Document, Packer, Paragraph, TextRun } = require("docx");
    const { value } = await require("mammoth").convertToHtml({ buffer: file });
    const signs = { amp: "&", lt: "<", gt: ">", quot: '"' };
    const text = value.replace(/<br ?\/>/g, " ").replace(/<\/?(p|h\d|li|td|th|ul|ol)\b[^>]*>/g, "\n").replace(/<[^>]*>/g, "");
    const words = text.replace(/&(amp|lt|gt|quot);/g, (_, name) => signs[name]).split("\n").filter((line) => line.trim());
    const children = words.map((line) => new Paragraph({ children: [new TextRun({ text: line, size: 20 })] }));
    return Packer.toBuffer(new Document({ sections: [{ children }] }));
  },
  async throughHtml() {
    const { value } = await require("mammoth").convertToHtml({ buffer: file });
    return Buffer.from(await require("html-to-docx")(`<html><body>${value}</body></html>`));
  },
};

writeFileSync(target, await HOWS[how]());

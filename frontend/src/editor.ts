/** Markdown in CodeMirror over a plain <textarea data-editor>: the textarea stays the field that is sent. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const look = HighlightStyle.define([
  { tag: tags.heading, class: "tok-heading" },
  { tag: tags.strong, class: "tok-strong" },
  { tag: tags.emphasis, class: "tok-emphasis" },
  { tag: [tags.link, tags.url], class: "tok-link" },
  { tag: tags.monospace, class: "tok-code" },
  { tag: tags.quote, class: "tok-quote" },
]);

function enhance(field: HTMLTextAreaElement): void {
  if (field.dataset.editorReady) return;
  field.dataset.editorReady = "yes";
  const label = field.labels?.[0];
  const nonce = document.querySelector<HTMLMetaElement>("meta[name='style-nonce']")?.content;
  const view = new EditorView({
    state: EditorState.create({
      doc: field.value,
      extensions: [
        history(),
        markdown(),
        syntaxHighlighting(look),
        EditorView.lineWrapping,
        placeholder(field.placeholder),
        nonce ? EditorView.cspNonce.of(nonce) : [],
        keymap.of([...defaultKeymap, ...historyKeymap, { key: "Escape", run: (v) => (v.contentDOM.blur(), true) }]),
        field.dataset.tabIndents ? keymap.of([indentWithTab]) : [],
        EditorView.contentAttributes.of({
          "aria-label": label?.textContent?.trim() ?? field.name,
          "aria-describedby": field.getAttribute("aria-describedby") ?? "",
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  view.dom.classList.add("editor");
  field.after(view.dom);
  field.hidden = true;
  field.required = false;
  label?.addEventListener("click", () => view.focus());
}

export function wake(root: ParentNode): void {
  root.querySelectorAll<HTMLTextAreaElement>("textarea[data-editor]").forEach(enhance);
}

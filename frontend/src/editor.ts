/** Markdown in CodeMirror over a plain <textarea data-editor>: the textarea stays the field that is sent. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const look = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "650" },
  { tag: tags.strong, fontWeight: "650" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--thread)" },
  { tag: tags.monospace, fontFamily: "var(--mono)", fontSize: ".92em" },
  { tag: tags.quote, color: "var(--muted)" },
]);
const frame = EditorView.theme({
  "&": { color: "var(--ink)", minHeight: "110px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { font: "14px/1.6 var(--sans)", padding: "4px 6px", minHeight: "110px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-placeholder": { color: "var(--muted)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "var(--thread-wash) !important" },
});

function enhance(field: HTMLTextAreaElement): void {
  if (field.dataset.editorReady) return;
  field.dataset.editorReady = "yes";
  const caret = document.activeElement === field ? { anchor: field.selectionStart, head: field.selectionEnd } : null;
  const label = field.labels?.[0];
  // Inside a shadow root CodeMirror adopts a style sheet instead of writing a <style>, which the content policy forbids.
  const room = document.createElement("div");
  room.className = "editor";
  const root = room.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        history(),
        markdown(),
        syntaxHighlighting(look),
        frame,
        EditorView.lineWrapping,
        placeholder(field.placeholder),
        keymap.of([...defaultKeymap, ...historyKeymap, { key: "Escape", run: (v) => (v.contentDOM.blur(), true) }]),
        field.dataset.tabIndents ? keymap.of([indentWithTab]) : [],
        EditorView.contentAttributes.of({
          "aria-label": label?.textContent?.trim() ?? field.name,
          "aria-describedby": field.getAttribute("aria-describedby") ?? "",
        }),
        // Typing over highlighted words: Chromium would copy their style inline, which the content policy forbids.
        EditorView.domEventHandlers({
          beforeinput(event, view) {
            if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) return false;
            view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
            event.preventDefault();
            return true;
          },
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  field.after(room);
  field.hidden = true;
  field.required = false;
  if (caret) {
    // Somebody was quicker than the editor and writes already: they go on where they are.
    view.dispatch({ selection: caret });
    view.focus();
  }
  label?.addEventListener("click", () => view.focus());
}

export function wake(root: ParentNode): void {
  root.querySelectorAll<HTMLTextAreaElement>("textarea[data-editor]").forEach(enhance);
}

/** What has happened and what happens next, with a button to go on. */
export const drawDone = (title: string, text: string, label: string, onClick: () => void) => (
  <div part="done">
    <h2 tabIndex={-1}>{title}</h2>
    <p role="status">{text}</p>
    <button class="quiet" type="button" onClick={onClick}>
      {label}
    </button>
  </div>
);

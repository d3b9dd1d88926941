import type { Page } from "playwright-core";

/** Texts of the bar that are not whole in it. */
export function outsideBar(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`{
    const bar = document.querySelector("#fresh").getBoundingClientRect();
    [...document.querySelectorAll("#fresh :is(p, li, a, button, summary)")]
      .filter((part) => part.checkVisibility() && !part.closest(".panel"))
      .filter((part) => { const { top, bottom } = part.getBoundingClientRect(); return top < bar.top - 1 || bottom > bar.bottom + 1; })
      .map((part) => part.textContent);
  }`);
}

// Shows markdown without trusting it: no HTML, no images (their addresses could carry a chat away), links by https alone.
import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import classes from "./markdown.module.css";
import { splitBlocks } from "../features/turns/split-blocks.ts";

const SAFE_ADDRESS = /^(?:https:|mailto:)/i;
const PLUGINS = [remarkGfm];

/** Anything else becomes a link without an address, which goes nowhere. */
export function safeAddress(address: string): string {
  return SAFE_ADDRESS.test(address) ? address : "";
}

const COMPONENTS: Components = {
  a: ({ href, children }) => <OutsideLink address={href}>{children}</OutsideLink>,
  img: ({ src, alt }) => {
    const address = typeof src === "string" ? src : undefined;
    return <OutsideLink address={address}>{alt === undefined || alt === "" ? address : alt}</OutsideLink>;
  },
};

function OutsideLink({ address, children }: { readonly address: string | undefined; readonly children: React.ReactNode }) {
  if (address === undefined || address === "") return <span>{children}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

/** Blocks that are finished are not looked at again while the rest still arrives. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className={classes["markdown"]}>
      {splitBlocks(text).map((block, index) => (
        <Block key={index} text={block} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ text }: { readonly text: string }) {
  return (
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS} urlTransform={safeAddress}>
      {text}
    </ReactMarkdown>
  );
});

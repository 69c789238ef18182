// Text that has no spaces. Where it has no room it goes on at the places that a reader would choose.
import { Fragment } from "react";

/** `breaks` matches nothing but places, such as the one behind a dot. */
export function WrappedText({ text, breaks }: { readonly text: string; readonly breaks: RegExp }) {
  return text.split(breaks).map((part, index) => (
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}

const BEFORE_AT = /(?=@)/;

export function EmailText({ email }: { readonly email: string }) {
  return <WrappedText text={email} breaks={BEFORE_AT} />;
}

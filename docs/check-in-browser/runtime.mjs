// Where the library lies, and its versions: written by docs/runtime/assemble.py when the site is
// built. This one stays where it could not be.
export default null;

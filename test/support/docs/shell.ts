/** Splits shell text into the commands that it runs, as far as pages need it. */

export interface ShellCommand {
  /** The program and its arguments, without quotes. Variables stay as written. */
  readonly words: readonly string[];
  /** The here-document that it reads. */
  readonly input: string | undefined;
}

const OPERATORS = ['&&', '||', ';;', ';', '|', '&', '(', ')', '\n'];
const KEYWORDS = new Set(['do', 'then', 'else', 'if', 'while', 'until', '!', '{']);
const LONE_WORDS = new Set(['done', 'fi', '}', 'for', 'export', 'set', 'cd', 'true']);
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
const REDIRECTION = /^\d*(?:>>|>&|>|<)/;

/** Every program that is started, also in `$(...)`, with the commands of a pipe one by one. */
export function commandsIn(text: string): readonly ShellCommand[] {
  return new Reader(text).read();
}

class Reader {
  #text: string;
  #at = 0;
  #words: string[] = [];
  #input: string | undefined;
  readonly #inner: ShellCommand[] = [];
  readonly #commands: ShellCommand[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly ShellCommand[] {
    while (this.#at < this.#text.length) this.#step();
    this.#end();
    return [...this.#commands, ...this.#inner];
  }

  #step(): void {
    const rest = this.#text.slice(this.#at);
    const blank = /^(?:[ \t]|\\\n)+/.exec(rest)?.[0] ?? '';
    const comment = /^#.*/.exec(rest)?.[0] ?? '';
    const operator = OPERATORS.find((symbol) => rest.startsWith(symbol));
    const [document = '', delimiter = ''] = /^<<-?\s*['"]?(\w+)['"]?/.exec(rest) ?? [];
    if (blank !== '' || comment !== '') this.#at += blank.length + comment.length;
    else if (document !== '') {
      this.#at += document.length;
      this.#input = this.#cutDocument(delimiter);
    } else if (REDIRECTION.test(rest)) this.#redirect(rest);
    else if (operator === undefined) this.#words.push(this.#word());
    else this.#operator(operator);
  }

  #redirect(rest: string): void {
    this.#at += REDIRECTION.exec(rest)?.[0].length ?? 0;
    this.#at += /^[ \t]*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
    this.#word();
  }

  #operator(symbol: string): void {
    this.#at += symbol.length;
    this.#end();
  }

  /** Takes the here-document that begins after this line out of the text. */
  #cutDocument(delimiter: string): string {
    const next = this.#text.slice(this.#at).search(/\n/) + this.#at + 1;
    const end = new RegExp(`^\\t*${delimiter}$`, 'm').exec(this.#text.slice(next));
    if (end === null || next === this.#at) throw new Error(`the here-document does not end: ${delimiter}`);
    const body = this.#text.slice(next, next + end.index);
    this.#text = this.#text.slice(0, next) + this.#text.slice(next + end.index + end[0].length + 1);
    return body;
  }

  #word(): string {
    let word = '';
    while (this.#at < this.#text.length && !/[\s;|&()<>]/.test(this.#text.charAt(this.#at))) word += this.#part();
    return word;
  }

  #part(): string {
    const rest = this.#text.slice(this.#at);
    const [quoted, single] = /^'([^']*)'/.exec(rest) ?? [];
    if (quoted !== undefined) return this.#take(quoted, single ?? '');
    if (rest.startsWith('$(')) return this.#substitution();
    if (rest.startsWith('"')) return this.#doubleQuoted();
    if (rest.startsWith('\\')) return this.#take(rest.slice(0, 2), rest.charAt(1));
    if (rest.startsWith("'")) throw new Error(`a quote does not end: ${rest}`);
    return this.#take(rest.charAt(0), rest.charAt(0));
  }

  #doubleQuoted(): string {
    this.#at += 1;
    let word = '';
    while (this.#text.charAt(this.#at) !== '"') {
      if (this.#at >= this.#text.length) throw new Error(`a quote does not end: ${this.#text}`);
      const rest = this.#text.slice(this.#at);
      if (rest.startsWith('$(')) word += this.#substitution();
      else if (/^\\["$`\\]/.test(rest)) word += this.#take(rest.slice(0, 2), rest.charAt(1));
      else word += this.#take(rest.charAt(0), rest.charAt(0));
    }
    this.#at += 1;
    return word;
  }

  /** Reads what is in `$(...)` as commands of its own. */
  #substitution(): string {
    let depth = 0;
    let end = this.#at + 1;
    do {
      const symbol = this.#text.charAt(end);
      if (symbol === '') throw new Error(`a $( does not end: ${this.#text}`);
      depth += symbol === '(' ? 1 : symbol === ')' ? -1 : 0;
      end += 1;
    } while (depth > 0);
    this.#inner.push(...commandsIn(this.#text.slice(this.#at + 2, end - 1)));
    return this.#take(this.#text.slice(this.#at, end), '$SUBSTITUTED');
  }

  #take(source: string, word: string): string {
    this.#at += source.length;
    return word;
  }

  #end(): void {
    const first = this.#words.findIndex((word) => !KEYWORDS.has(word) && !ASSIGNMENT.test(word));
    const words = first === -1 ? [] : this.#words.slice(first);
    if (words[0] !== undefined && !LONE_WORDS.has(words[0])) this.#commands.push({ words, input: this.#input });
    this.#words = [];
    this.#input = undefined;
  }
}

/** One file of a data set as its publisher gives it. */
export interface DataFile {
  name: string;
  bytes: number;
  sha256: string;
  /** What is inside once unpacked; the same whichever program packed it, so it is what a loader checks. */
  contents: readonly DataContent[];
}

export interface DataContent {
  name: string;
  bytes: number;
  sha256: string;
}

/** What is known of a data set before anything is read: where it lives, what its files are, who made it. */
export interface DataSource {
  /** The folder's name, below CONVBOOK_DATA or the cache. */
  id: string;
  title: string;
  /** Base addresses in the order in which they are tried; a file's name is appended. */
  homes: readonly string[];
  files: readonly DataFile[];
  licence: string;
  citation: string;
  classNames: readonly string[];
}

const gzipped = (
  name: string,
  bytes: number,
  sha256: string,
  inside: number,
  insideSha256: string,
): DataFile => ({
  name: `${name}.gz`,
  bytes,
  sha256,
  contents: [{ name, bytes: inside, sha256: insideSha256 }],
});

const batch = (name: string, sha256: string): DataContent => ({
  name: `${name}.bin`,
  bytes: 30_730_000,
  sha256,
});

export const MNIST: DataSource = {
  id: 'mnist',
  title: 'MNIST',
  homes: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
  files: [
    gzipped(
      'train-images-idx3-ubyte',
      9912422,
      '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      47040016,
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    ),
    gzipped(
      'train-labels-idx1-ubyte',
      28881,
      '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      60008,
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    ),
    gzipped(
      't10k-images-idx3-ubyte',
      1648877,
      '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      7840016,
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    ),
    gzipped(
      't10k-labels-idx1-ubyte',
      4542,
      'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      10008,
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    ),
  ],
  licence: 'CC BY-SA 3.0',
  citation:
    'LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition", ' +
    'Proceedings of the IEEE 86(11), 1998, doi:10.1109/5.726791',
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
};

export const FASHION_MNIST: DataSource = {
  id: 'fashion-mnist',
  title: 'Fashion-MNIST',
  homes: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
  files: [
    gzipped(
      'train-images-idx3-ubyte',
      26421880,
      '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      47040016,
      'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    ),
    gzipped(
      'train-labels-idx1-ubyte',
      29515,
      'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      60008,
      'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    ),
    gzipped(
      't10k-images-idx3-ubyte',
      4422102,
      '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      7840016,
      '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    ),
    gzipped(
      't10k-labels-idx1-ubyte',
      5148,
      '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      10008,
      '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    ),
  ],
  licence: 'MIT',
  citation: 'Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017, arXiv:1708.07747',
  classNames: [
    'T-shirt',
    'trouser',
    'pullover',
    'dress',
    'coat',
    'sandal',
    'shirt',
    'sneaker',
    'bag',
    'ankle boot',
  ],
};

export const CIFAR10: DataSource = {
  id: 'cifar-10',
  title: 'CIFAR-10',
  homes: ['https://www.cs.toronto.edu/~kriz/'],
  files: [
    {
      name: 'cifar-10-binary.tar.gz',
      bytes: 170052171,
      sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      contents: [
        batch('data_batch_1', 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5'),
        batch('data_batch_2', 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed'),
        batch('data_batch_3', 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67'),
        batch('data_batch_4', '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48'),
        batch('data_batch_5', '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add'),
        batch('test_batch', '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b'),
      ],
    },
  ],
  licence: 'none stated; cite Krizhevsky 2009',
  citation:
    'Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", technical report, University of Toronto, 2009',
  classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
};

/** Every data set that has published files, for the `data` command and the search for a name. */
export const SOURCES: readonly DataSource[] = [MNIST, FASHION_MNIST, CIFAR10];

import { prepareMariadb } from "./mariadb";

export default (): void => prepareMariadb();

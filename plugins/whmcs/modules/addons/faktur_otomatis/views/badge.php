<?php

/**
 * The NPWP tab in few words.
 *
 * @var callable $e
 * @var callable $t
 * @var int $client
 * @var array<string, mixed>|null $view null while the settings are not complete
 * @var bool $full with the choice to switch the tab, inside the profile's own form
 */

declare(strict_types=1);

use FakturOtomatis\AdminPage;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$colours = ['active' => 'success', 'requested' => 'warning', 'suspended' => 'danger'];
$notice = $_SESSION['faktur_otomatis_notice'] ?? '';
unset($_SESSION['faktur_otomatis_notice']);
?>
<div class="faktur-otomatis <?= $full ? '' : 'alert alert-info' ?>">
<?php if ($notice !== '') : ?>
  <div class="alert alert-danger"><?= $e($notice) ?></div>
<?php endif ?>
  <strong><?= $t('tab') ?></strong>
<?php if ($view === null) : ?>
  <span><?= $t('settings_missing') ?></span>
<?php elseif (!$view['known']) : ?>
  <span class="label label-default"><?= $t('will_unknown') ?></span> <?= $e(implode(' ', $view['problems'])) ?>
<?php else : ?>
  <span class="label label-<?= $colours[$view['status']] ?? 'default' ?>"><?= $e($view['status_word']) ?></span>
  <?= $e($view['company']['name'] ?? '') ?>
  <?= isset($view['company']['npwp']) ? '(' . $e($view['company']['npwp']) . ')' : '' ?>
  &nbsp;<?= $view['will'] ? '✓ ' . $t('will_yes') : $t('will_no') ?>.
    <?php foreach ($view['reasons'] as $reason) : ?>
        <?= $e($reason['message']) ?>
    <?php endforeach ?>
<?php endif ?>
  <a href="<?= AdminPage::LINK ?>&amp;client=<?= $client ?>"><?= $t('open_tab') ?></a>
<?php if ($full && $view !== null && $view['status'] !== 'none' && $may) : ?>
  <br>
  <input type="hidden" name="faktur_otomatis_seen" value="<?= $e($view['seen']) ?>">
  <select name="faktur_otomatis_move" class="form-control input-sm" style="display: inline-block; width: auto">
    <option value=""><?= $t('no_move') ?></option>
    <option value="activate"><?= $t('activate') ?></option>
    <option value="suspend"><?= $t('suspend') ?></option>
  </select>
  <input name="faktur_otomatis_reason" class="form-control input-sm" maxlength="1000"
    style="display: inline-block; width: 260px" placeholder="<?= $t('reason') ?>">
<?php endif ?>
</div>
